import type { InstanceIndex, InstanceStorage, ObjectKey, StoredObject } from '../adapters/index.ts'
import { isInflatedKey, isPackKey, packOfWithdrawn, withdrawnPrefix } from '../studies-service/object-key.ts'
import { claimStorage, isEmpty } from './archive-identity.ts'
import { inBatches } from './in-batches.ts'
import { listStored } from './list-stored.ts'
import { forgetObjectsLeft, objectsLeftAt } from './objects-left.ts'
import type { Archive, OperationOptions } from './operation.ts'
import { settlePack } from './settle-pack.ts'

/** Options of `sweep`. */
export interface SweepOptions extends OperationOptions<SweepReport> {
  /**
   * Milliseconds. What was modified later than so long ago stays. An instance being stored is durable a moment before its
   * index row is: the grace has to be longer than that moment can last, and than the clocks of machines differ. Space is
   * all that a long one costs, and it is the time to notice that an index was restored from a backup that is older than
   * some objects: `reindex` before they are swept.
   */
  readonly graceMs: number
  /** Counts, and removes nothing. */
  readonly dryRun?: boolean | undefined
  /** Removes objects also when the index holds no instance at all. */
  readonly evenIfIndexIsEmpty?: boolean | undefined
}

/** What a sweep found and removed (with `dryRun`: would have removed). */
export interface SweepReport {
  /** What unfinished puts had left behind. */
  readonly unfinished: number
  /** Objects that were looked at. */
  readonly examined: number
  /** Objects that no instance refers to. */
  readonly removed: number
  /** Their bytes. */
  readonly removedBytes: number
  /**
   * The index holds no instance, so that no object was removed: it may be a new one in place of one that was lost. Where
   * all was deleted on purpose, sweep with `evenIfIndexIsEmpty`.
   */
  readonly indexIsEmpty: boolean
}

/** Keys that the index is asked about at once. */
const batchSize = 500

/**
 * Removes what no instance refers to: earlier versions that were replaced, bytes of deleted instances, and what a crash
 * left between the bytes and the row. Not to be run while `reindex` is: an index that is being rebuilt refers to little.
 * @throws ForeignStorageError where the storage is marked as another index's
 * @example await sweep({ storage, index }, { graceMs: 24 * 3_600_000 })
 */
export async function sweep({ storage, index }: Archive, options: SweepOptions): Promise<SweepReport> {
  const { graceMs, dryRun = false, evenIfIndexIsEmpty = false, onProgress, signal } = options
  if (!(graceMs >= 0)) throw new RangeError('graceMs must be 0 or more')
  if (!dryRun) await claimStorage({ storage, index })
  // One moment for the whole sweep: what is stored while it runs is younger, whatever it takes.
  const before = new Date(Date.now() - graceMs)
  const indexIsEmpty = await isEmpty(index)
  const unfinished = dryRun ? 0 : (await storage.sweepUnfinished(before)).removed
  let report: SweepReport = { unfinished, examined: 0, removed: 0, removedBytes: 0, indexIsEmpty }
  if (indexIsEmpty && !evenIfIndexIsEmpty) return report
  const leftAt = await objectsLeftAt(index)
  const sparesObjects = leftAt !== undefined && leftAt >= before
  for await (const batch of inBatches(storage.list(), batchSize)) {
    signal?.throwIfAborted()
    // Age first, references second: a row that comes after the look would belong to an object older than the grace.
    const old = batch.filter(({ modified }) => modified < before)
    const unreferenced = await withoutReference(old, index)
    for (const object of unreferenced) {
      signal?.throwIfAborted()
      if (sparesObjects && isOfItsOwn(object.key)) continue
      if (await isLeftLately(object.key, storage, before)) continue
      if (!dryRun) await storage.delete(object.key)
      report = { ...report, removed: report.removed + 1, removedBytes: report.removedBytes + object.length }
    }
    report = { ...report, examined: report.examined + batch.length }
    onProgress?.(report)
  }
  if (!dryRun && leftAt !== undefined && !sparesObjects) await forgetObjectsLeft(index)
  if (!dryRun) await settlePacks({ storage, index }, before, signal)
  return report
}

/** So long after the grace sweeps look for what a crash left in a pack. */
const settleWithinMs = 7 * 24 * 3_600_000

async function settlePacks(archive: Archive, before: Date, signal: AbortSignal | undefined): Promise<void> {
  const since = new Date(before.getTime() - settleWithinMs)
  for await (const listed of listStored(archive.storage.list())) {
    signal?.throwIfAborted()
    const { key, modified } = listed.object
    if (isPackKey(key) && modified < before && modified >= since) await settlePack(listed, archive)
  }
}

/** Whether the object is an instance as it came: merged into a pack, it may be read still by who looked its row up before. */
function isOfItsOwn(key: ObjectKey): boolean {
  return !isPackKey(key) && packOfWithdrawn(key) === undefined && !isInflatedKey(key)
}

/** Whether instances were withdrawn from a pack after the grace began: it may be read still. */
async function isLeftLately(key: ObjectKey, storage: InstanceStorage, before: Date): Promise<boolean> {
  if (!isPackKey(key)) return false
  for await (const { modified } of storage.list(withdrawnPrefix(key))) if (modified >= before) return true
  return false
}

/** Lists of what was withdrawn from a pack go when the pack does. */
async function withoutReference(
  objects: readonly StoredObject[],
  index: InstanceIndex,
): Promise<readonly StoredObject[]> {
  if (objects.length === 0) return []
  const owner = (key: ObjectKey) => packOfWithdrawn(key) ?? key
  const referenced = await index.references([...new Set(objects.map(({ key }) => owner(key)))])
  return objects.filter(({ key }) => !referenced.has(owner(key)))
}
