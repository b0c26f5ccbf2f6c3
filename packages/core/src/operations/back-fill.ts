import type { ExtraAttributes, InstanceIndex, Level, StoredInstance } from '../adapters/index.ts'
import { levelAttributes } from '../studies-service/level-attributes.ts'
import { decodePreparedMetadata } from '../studies-service/prepared-metadata.ts'
import { inBatches } from './in-batches.ts'
import type { OperationOptions } from './operation.ts'

/** Options of `backFill`. */
export interface BackFillOptions extends OperationOptions<BackFillReport> {
  /** The attributes that Search is to know beyond those of the standard's tables. */
  readonly extraAttributes: ExtraAttributes
}

/** What a back-fill did. */
export interface BackFillReport {
  /** Instances whose attributes were derived anew. */
  readonly instances: number
  /** Whether every stored instance has the extra attributes now. */
  readonly complete: boolean
}

/** Instances of one commit, more or less. */
const batchSize = 64

/**
 * Brings attributes that were configured after instances were stored into the index, from the metadata prepared at ingest;
 * where none are missing, does nothing. Searches go on meanwhile, and know of an instance's attributes as it is passed.
 * It notes that it is done only at the end: interrupted, it starts again, and does to no instance what does harm twice.
 * @example await backFill(index, { extraAttributes: { study: [], series: [], instance: [[tags.KVP]] } })
 */
export async function backFill(
  index: InstanceIndex,
  { extraAttributes, onProgress, signal }: BackFillOptions,
): Promise<BackFillReport> {
  let instances = 0
  if (isCovered(extraAttributes, await index.extraAttributes())) {
    // What is stored from now on lacks what is configured no more.
    await index.setExtraAttributes(extraAttributes)
    return { instances, complete: true }
  }
  for await (const batch of inBatches(index.all(), batchSize)) {
    signal?.throwIfAborted()
    await Promise.all(batch.map((stored) => fillOne(index, stored, extraAttributes)))
    instances += batch.length
    onProgress?.({ instances, complete: false })
  }
  await index.setExtraAttributes(extraAttributes)
  const report = { instances, complete: true }
  onProgress?.(report)
  return report
}

async function fillOne(
  index: InstanceIndex,
  { partition, study, series, instance }: StoredInstance,
  extra: ExtraAttributes,
): Promise<void> {
  const scope = { partition, study, series, instance }
  for await (const { stored, metadata } of index.metadata(scope)) {
    // Bulk data is no level attribute, so where it would be found does not matter.
    await index.setAttributes(stored, levelAttributes(await decodePreparedMetadata(metadata, ''), extra))
  }
}

/** Whether the index has all that is asked for. */
function isCovered(asked: ExtraAttributes, known: ExtraAttributes | undefined): boolean {
  return (['study', 'series', 'instance'] as const).every((level) => {
    const had = new Set(pathsOf(known, level))
    return pathsOf(asked, level).every((path) => had.has(path))
  })
}

function pathsOf(extra: ExtraAttributes | undefined, level: Level): readonly string[] {
  return (extra?.[level] ?? []).map((path) => path.join('.'))
}
