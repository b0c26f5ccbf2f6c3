import type { ObjectKey, StoredInstance } from '../adapters/index.ts'
import { isPackKey, partitionOf } from '../studies-service/object-key.ts'
import { bytesOf, readWithdrawn } from '../studies-service/withdraw.ts'
import { claimStorage } from './archive-identity.ts'
import { type ListedObject, listStored } from './list-stored.ts'
import { mergeAll } from './merge-all.ts'
import { type Movable, moveIntoPack } from './move-into-pack.ts'
import type { Archive, OperationOptions } from './operation.ts'
import { readPack } from './stored-bytes.ts'

/** Options of `compact`. */
export interface CompactOptions extends OperationOptions<CompactReport> {
  /**
   * Milliseconds. Packs that were modified later than so long ago stay as they are, and series that an instance came to: as the
   * grace of `sweep`.
   */
  readonly graceMs: number
  /** Packs of which a smaller share was withdrawn stay as they are. Default 0: the bytes of what was deleted go. */
  readonly minWithdrawnShare?: number | undefined
  /** Of series that are merged; the last is merged whole. Default: no limit. */
  readonly maxMergedBytes?: number | undefined
  /**
   * `all`, the default, looks at every series. `new` at those alone that have instances since the last run with `new`, or that
   * it had no bytes left for; and at none before a sweep has removed what merged instances have left.
   */
  readonly series?: 'all' | 'new' | undefined
  /** Counts, and moves nothing. */
  readonly dryRun?: boolean | undefined
}

/** What `compact` has done (with `dryRun`: would have done). */
export interface CompactReport {
  /** Packs that were written anew. */
  readonly packs: number
  /** Series that were merged. */
  readonly series: number
  /** Bytes of the instances that were merged. */
  readonly mergedBytes: number
  /** Instances that lie elsewhere now, for either. */
  readonly moved: number
  /** Bytes of withdrawn instances that will be free when the sweep has removed the old packs. */
  readonly freedBytes: number
}

/**
 * Writes packs anew from which instances were withdrawn, without those. Then, where a storage is read in runs, merges series:
 * small instances that came one a request, or in another order than that of the series, come into packs in its order.
 * Every instance is compared with its digest on the way; its row moves when the new pack is durable. What it leaves stays for a
 * grace, for who reads it now; then a sweep removes it. A crash leaves instances that lie here or there, and entries without a
 * row for the sweep to withdraw; the next run goes on. Like `sweep`, not to be run beside another sweep or a reindex.
 * @throws ForeignStorageError where the storage is marked as another index's
 * @example await compact({ storage, index }, { graceMs: 3_600_000 })
 */
export async function compact(archive: Archive, options: CompactOptions): Promise<CompactReport> {
  const { graceMs, minWithdrawnShare = 0, dryRun = false, onProgress, signal } = options
  if (!(graceMs >= 0)) throw new RangeError('graceMs must be 0 or more')
  if (!dryRun) await claimStorage(archive)
  const before = new Date(Date.now() - graceMs)
  let report: CompactReport = { packs: 0, series: 0, mergedBytes: 0, moved: 0, freedBytes: 0 }
  for await (const listed of listStored(archive.storage.list())) {
    signal?.throwIfAborted()
    const { key, length, modified } = listed.object
    if (!isPackKey(key) || modified >= before || listed.withdrawals.length === 0) continue
    const withdrawn = bytesOf(await readWithdrawn(listed.withdrawals, archive.storage))
    if (withdrawn < minWithdrawnShare * length) continue
    const moved = await rewrite(listed, archive, dryRun, signal)
    if (moved === 0) continue
    const { packs, freedBytes } = report
    report = { ...report, packs: packs + 1, moved: report.moved + moved, freedBytes: freedBytes + withdrawn }
    onProgress?.(report)
  }
  const { maxMergedBytes = Number.POSITIVE_INFINITY, series = 'all' } = options
  for await (const { instances, bytes } of mergeAll(archive, { before, dryRun, signal, maxMergedBytes, series })) {
    const { moved, mergedBytes } = report
    report = { ...report, series: report.series + 1, moved: moved + instances, mergedBytes: mergedBytes + bytes }
    onProgress?.(report)
  }
  return report
}

/** @returns how many instances were moved; 0 where nothing was, as nothing refers to the pack, or all that does is damaged */
async function rewrite(
  { object }: ListedObject,
  archive: Archive,
  dryRun: boolean,
  signal: AbortSignal | undefined,
): Promise<number> {
  const rows = new Map(
    (await archive.index.instancesIn([object.key])).map((stored) => [stored.location.offset, stored]),
  )
  if (rows.size === 0 || dryRun) return rows.size
  return moveIntoPack(partitionOf(object.key), living(object.key, rows, archive, signal), archive)
}

async function* living(
  pack: ObjectKey,
  rows: ReadonlyMap<number, StoredInstance>,
  { storage }: Archive,
  signal: AbortSignal | undefined,
): AsyncIterable<Movable> {
  for await (const { location, entry, bytes } of readPack(pack, storage)) {
    signal?.throwIfAborted()
    const stored = rows.get(location.offset)
    if (stored?.location.length === bytes.length) yield { stored, entry, bytes }
  }
}
