import { lookupTransferSyntax } from '@sansfilm/dicom'
import { AdapterError, type InstanceScope, type StoredInstance } from '../adapters/index.ts'
import { isPackKey } from '../studies-service/object-key.ts'
import { decodePackHeader, packHeaderLength } from '../studies-service/pack-entry.ts'
import { maxReadGap } from '../studies-service/retrieve/run-reader.ts'
import { maxSmallLength } from '../studies-service/store/small-bytes.ts'
import { type Movable, moveIntoPack } from './move-into-pack.ts'
import type { Archive } from './operation.ts'

/** Bytes of a new pack, at most, but for the last instance; and instances in it, which are held while they move. */
const maxPack = { bytes: 128 * 1024 * 1024, instances: 16_384 } as const

/** What would be one pack stays as it is where no more reads than so many bring it. */
const maxRuns = 8

/** Instances read at a time, ahead of the one that is written. */
const readAhead = 16

/** The small instances of a series that a new pack is to hold, in the order in which the series is read. */
interface Stretch {
  readonly instances: readonly StoredInstance[]
  readonly bytes: number
  /** Reads that it takes now. */
  readonly runs: number
}

/** What was merged of a series, or would be. */
export interface MergedSeries {
  readonly instances: number
  readonly bytes: number
}

/**
 * Brings the small instances of a series into packs in the order in which the series is read, where it takes many more reads
 * than it would then. A series that an instance came to after `before` stays as it is: more of it may be coming.
 * @param dryRun counts, and moves nothing
 */
export async function mergeSeries(
  { partition, study, series }: Required<Omit<InstanceScope, 'instance'>>,
  archive: Archive,
  { before, dryRun, signal }: MergeOptions,
): Promise<MergedSeries> {
  let merged: MergedSeries = { instances: 0, bytes: 0 }
  const scope = { partition, study, series }
  if (!(await isWorthwhile(scope, archive, before))) return merged
  for await (const stretch of stretchesOf(archive.index.instances(scope))) {
    signal?.throwIfAborted()
    if (stretch.runs <= maxRuns) continue
    const instances = dryRun
      ? stretch.instances.length
      : await moveIntoPack(partition, readAll(stretch.instances, archive, signal), archive)
    merged = { instances: merged.instances + instances, bytes: merged.bytes + (instances > 0 ? stretch.bytes : 0) }
  }
  return merged
}

/** What `mergeSeries` goes by. */
export interface MergeOptions {
  readonly before: Date
  readonly dryRun: boolean
  readonly signal: AbortSignal | undefined
}

/** Whether packs may hold the instance. What a deflated one is inflated to lies beside it: it has an object of its own. */
export function isMergeable({ location, transferSyntax, inflated }: StoredInstance): boolean {
  return (
    location.length <= maxSmallLength &&
    inflated === undefined &&
    lookupTransferSyntax(transferSyntax)?.deflated !== true
  )
}

async function isWorthwhile(scope: InstanceScope, { index }: Archive, before: Date): Promise<boolean> {
  let isQuiet = true
  async function* whileQuiet() {
    for await (const stored of index.instances(scope)) {
      isQuiet = stored.storedAt < before
      if (!isQuiet) return
      yield stored
    }
  }
  let gains = false
  for await (const { runs } of stretchesOf(whileQuiet())) gains ||= runs > maxRuns
  return isQuiet && gains
}

/** Cuts a series into what a pack can hold, and counts the reads that each takes where a storage is read in runs. */
async function* stretchesOf(series: AsyncIterable<StoredInstance>): AsyncIterable<Stretch> {
  let instances: StoredInstance[] = []
  let bytes = 0
  let runs = 0
  for await (const stored of series) {
    if (!isMergeable(stored)) continue
    const last = instances.at(-1)
    if (last === undefined || !follows(stored, last)) runs++
    instances.push(stored)
    bytes += stored.location.length
    if (bytes < maxPack.bytes && instances.length < maxPack.instances) continue
    yield { instances, bytes, runs }
    instances = []
    bytes = runs = 0
  }
  if (instances.length > 0) yield { instances, bytes, runs }
}

function follows({ location: { key, offset } }: StoredInstance, { location: last }: StoredInstance): boolean {
  const gap = offset - (last.offset + last.length)
  return key === last.key && gap >= 0 && gap <= maxReadGap
}

async function* readAll(
  instances: readonly StoredInstance[],
  archive: Archive,
  signal: AbortSignal | undefined,
): AsyncIterable<Movable> {
  for (let from = 0; from < instances.length; from += readAhead) {
    signal?.throwIfAborted()
    const batch = instances.slice(from, from + readAhead)
    for (const read of await Promise.all(batch.map((stored) => readMovable(stored, archive)))) {
      if (read !== undefined) yield read
    }
  }
}

/** @returns `undefined` where the object is gone, as it was deleted meanwhile, or where the entry in its pack is damaged */
async function readMovable(stored: StoredInstance, { storage }: Archive): Promise<Movable | undefined> {
  const { location, digest, storedAt } = stored
  const { key, offset, length } = location
  try {
    if (!isPackKey(key)) {
      const bytes = await storage.read(key, location)
      return { stored, entry: { length, digest, storedAt, origin: key }, bytes }
    }
    const whole = await storage.read(key, { offset: offset - packHeaderLength, length: packHeaderLength + length })
    const entry = decodePackHeader(whole)
    return entry?.length === length ? { stored, entry, bytes: whole.subarray(packHeaderLength) } : undefined
  } catch (error) {
    if (error instanceof AdapterError && error.code === 'not-found') return undefined
    throw error
  }
}
