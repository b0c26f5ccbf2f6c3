import type { InstanceIndex, InstanceRecord, ObjectKey, ObjectLocation, StoredInstance } from '../adapters/index.ts'
import { discardObjects, liesThere, type ObjectOfInstance, objectsOf } from '../studies-service/stored-objects.ts'
import { claimStorage, markCopy } from './archive-identity.ts'
import { copyObject, readParts } from './copy-object.ts'
import { forEachConcurrently } from './for-each-concurrently.ts'
import { inBatches } from './in-batches.ts'
import type { Archive, OperationOptions } from './operation.ts'

/** An instance that `copyArchive` left out. */
export interface CopyProblem {
  readonly stored: StoredInstance
  /** The source has not the bytes that its digests speak of; or the target has others, and is not to lose them. */
  readonly problem: 'damaged' | 'conflict'
}

/** Options of `copyArchive`. */
export interface CopyArchiveOptions extends OperationOptions<CopyArchiveReport> {
  /**
   * What the target becomes. `mirror`: the same instances as the source, so that what was replaced or deleted there goes here
   * too. `union`: its own and those of the source; of two under one UID the target's stays.
   */
  readonly result: 'mirror' | 'union'
  /** Whether the objects of what a `mirror` removes stay, as in a backup. */
  readonly keepObjects?: boolean | undefined
  /** Only what this says yes to; with `union`. */
  readonly only?: ((stored: StoredInstance) => boolean) | undefined
  /** Reads what stands in the target too, and brings again what is missing or not as its digest says. */
  readonly repair?: boolean | undefined
  /** Objects on their way at a time. Default 8. */
  readonly concurrency?: number | undefined
  readonly onProblem?: ((problem: CopyProblem) => void) | undefined
}

/** What `copyArchive` has done. */
export interface CopyArchiveReport {
  /** Instances of the source that were looked at. */
  readonly instances: number
  /** Instances that the target had already. */
  readonly unchanged: number
  /** Instances that it has now, and did not have, or not with these bytes. */
  readonly copied: number
  /** Bytes written. */
  readonly bytes: number
  /** Instances that it had, and has no more. */
  readonly removed: number
  /** Instances that were left out; `onProblem` tells which. */
  readonly problems: number
}

/** Instances looked up, and grouped by the objects they share, at a time. */
const batchSize = 1_000

/**
 * Brings an archive into another storage and another index: rows with all they have, their places in the order among it, and
 * objects under their keys, each compared with its digest on the way. An object is there before a row refers to it. The
 * source is only read, and serves meanwhile. Interrupted, it goes on where it was; run again, it brings what has come.
 * Where both have one storage, only rows are copied, and objects stay as they are.
 * @throws NotACopyError where a `mirror` would take from the target what it has from elsewhere
 * @example await copyArchive({ storage, index }, { storage: bucket, index: database }, { result: 'mirror' })
 */
export async function copyArchive(
  source: Archive,
  target: Archive,
  options: CopyArchiveOptions,
): Promise<CopyArchiveReport> {
  const { result, only, onProgress, signal, concurrency = 8 } = options
  if (result === 'mirror') await markCopy(source.index, target.index)
  await claimStorage(target, 'adopt')
  const extraAttributes = await source.index.extraAttributes()
  const copying = new Copying(source, target, options)
  for await (const batch of inBatches(source.index.all(), batchSize)) {
    signal?.throwIfAborted()
    const wanted = only === undefined ? batch : batch.filter(only)
    await forEachConcurrently(await copying.tasksFor(wanted), concurrency, async (task) => {
      signal?.throwIfAborted()
      await task()
      onProgress?.(copying.report)
    })
    onProgress?.(copying.report)
  }
  if (result === 'mirror') {
    await copying.removeGone()
    // As of the beginning: what was configured since is for a back-fill of the target.
    if (extraAttributes !== undefined) await target.index.setExtraAttributes(extraAttributes)
  }
  return copying.report
}

/** Rows written at a time of those that share an object: an index may give them one commit. */
const rowsAtOnce = 64

class Copying {
  readonly #source: Archive
  readonly #target: Archive
  readonly #options: CopyArchiveOptions
  report: CopyArchiveReport = { instances: 0, unchanged: 0, copied: 0, bytes: 0, removed: 0, problems: 0 }

  constructor(source: Archive, target: Archive, options: CopyArchiveOptions) {
    this.#source = source
    this.#target = target
    this.#options = options
  }

  get #isShared(): boolean {
    return this.#source.storage === this.#target.storage
  }

  /** What there is to do for a batch, object by object. */
  async tasksFor(batch: readonly StoredInstance[]): Promise<readonly (() => Promise<void>)[]> {
    const { result, repair = false } = this.#options
    const standing = await standingIn(this.#target.index, batch)
    const missing: StoredInstance[] = []
    const tasks: (() => Promise<void>)[] = []
    for (const stored of batch) {
      const found = standing.get(nameOf(stored))
      this.#add({ instances: 1 })
      if (found === undefined || (!isSame(found, stored) && result === 'mirror')) missing.push(stored)
      else if (!isSame(found, stored)) this.#leaveOut(stored, 'conflict')
      else if (repair) tasks.push(() => this.#repair(found, stored))
      else this.#add({ unchanged: 1 })
    }
    const groups = Map.groupBy(missing, ({ location }) => location.key).values()
    return [...tasks, ...Array.from(groups, (group) => () => this.#copyGroup(group))]
  }

  /** Copies the instances that lie in one object. */
  async #copyGroup(group: readonly StoredInstance[]): Promise<void> {
    const objects = new Map(group.map((stored) => [stored, objectsOf(stored)]))
    const locations = await this.#copyObjects([...objects.values()].flat(), group)
    await forEachConcurrently(objects, rowsAtOnce, async ([stored, own]) => {
      if (own.every((object) => locations.has(object))) await this.#copyRow(stored, own, locations)
      else if (await this.#isStill(stored)) this.#leaveOut(stored, 'damaged')
      // Else it was deleted, replaced or moved meanwhile: the next copy finds it as it is then.
    })
  }

  /** Removes from the target what the source does not have. */
  async removeGone(): Promise<void> {
    const { keepObjects = this.#isShared, signal, onProgress } = this.#options
    for await (const batch of inBatches(this.#target.index.all(), batchSize)) {
      signal?.throwIfAborted()
      const standing = await standingIn(this.#source.index, batch)
      for (const { partition, study, series, instance } of batch.filter((stored) => !standing.has(nameOf(stored)))) {
        const forgotten = await this.#target.index.remove({ partition, study, series, instance })
        if (!keepObjects) await discardObjects(forgotten, this.#target.storage)
        this.#add({ removed: forgotten.length })
      }
      onProgress?.(this.report)
    }
  }

  async #copyObjects(
    objects: readonly ObjectOfInstance[],
    [first]: readonly StoredInstance[],
  ): Promise<ReadonlyMap<ObjectOfInstance, ObjectLocation>> {
    if (this.#isShared) return new Map(objects.map((object) => [object, object.location]))
    const locations = new Map<ObjectOfInstance, ObjectLocation>()
    for (const [key, parts] of byKey(objects)) {
      const copied = await copyObject(key, parts, {
        from: this.#source.storage,
        to: this.#target,
        partition: first?.partition ?? '',
        signal: this.#options.signal,
      })
      for (const [part, location] of copied.locations) locations.set(part, location)
      this.#add({ bytes: copied.bytes })
    }
    return locations
  }

  async #copyRow(
    stored: StoredInstance,
    own: readonly ObjectOfInstance[],
    locations: ReadonlyMap<ObjectOfInstance, ObjectLocation>,
  ): Promise<void> {
    const record = await this.#source.index.record(stored)
    // Deleted, replaced or moved meanwhile, or inflated: the next copy finds it as it is then.
    if (record === undefined || !isSame(record, stored) || record.inflated?.key !== stored.inflated?.key) return
    const moved = relocated(record, own, locations)
    const { result } = this.#options
    const { outcome } = await this.#target.index.add(moved, result === 'mirror' ? 'replace' : 'refuse')
    if (outcome === 'conflict') this.#leaveOut(stored, 'conflict')
    else this.#add({ copied: 1 })
  }

  /** Whether the target has the objects of one of its instances. */
  async #isWhole(stored: StoredInstance): Promise<boolean> {
    for (const object of objectsOf(stored)) {
      const { key } = object.location
      const parts = await readParts(key, [object], this.#target.storage, this.#options.signal)
      if (parts?.has(object) !== true) return false
    }
    return true
  }

  /** Brings the objects of an instance again where they are not whole. Its row stays until they are. */
  async #repair(standing: StoredInstance, stored: StoredInstance): Promise<void> {
    if (await this.#isWhole(standing)) return this.#add({ unchanged: 1 })
    const own = objectsOf(stored)
    const locations = await this.#copyObjects(own, [stored])
    if (!own.every((object) => locations.has(object))) return this.#leaveOut(stored, 'damaged')
    const record = await this.#target.index.record(standing)
    if (record === undefined) return
    const moved = relocated({ ...record, inflated: stored.inflated ?? record.inflated }, own, locations)
    if (moved.location.key !== record.location.key || moved.inflated?.key !== record.inflated?.key) {
      await this.#target.index.remove(standing)
      await this.#target.index.add(moved, 'refuse')
    }
    this.#add({ copied: 1 })
  }

  /** Whether the source still has the instance just so, and where it was: it may have been deleted or moved meanwhile. */
  async #isStill(stored: StoredInstance): Promise<boolean> {
    const [now] = await this.#source.index.find(stored.partition, [stored.instance])
    return now !== undefined && isSame(now, stored) && (await liesThere(stored, this.#source.index))
  }

  #leaveOut(stored: StoredInstance, problem: CopyProblem['problem']): void {
    this.#add({ problems: 1 })
    this.#options.onProblem?.({ stored, problem })
  }

  #add(more: Partial<CopyArchiveReport>): void {
    const names = Object.keys(more) as (keyof CopyArchiveReport)[] // a literal's own keys
    this.report = {
      ...this.report,
      ...Object.fromEntries(names.map((name) => [name, this.report[name] + (more[name] ?? 0)])),
    }
  }
}

const nameOf = ({ partition, instance }: StoredInstance): string => `${partition} ${instance}`

async function standingIn(
  index: InstanceIndex,
  batch: readonly StoredInstance[],
): Promise<ReadonlyMap<string, StoredInstance>> {
  const found = new Map<string, StoredInstance>()
  for (const [partition, group] of Map.groupBy(batch, (stored) => stored.partition)) {
    const instances = group.map(({ instance }) => instance)
    for (const stored of await index.find(partition, instances)) found.set(nameOf(stored), stored)
  }
  return found
}

/** The record with its objects where they are now. */
function relocated(
  record: InstanceRecord,
  [object, inflated]: readonly ObjectOfInstance[],
  locations: ReadonlyMap<ObjectOfInstance, ObjectLocation>,
): InstanceRecord {
  const location = object && locations.get(object)
  const key = inflated && locations.get(inflated)?.key
  return {
    ...record,
    ...(location && { location }),
    ...(key !== undefined && record.inflated && { inflated: { ...record.inflated, key } }),
  }
}

function isSame(one: StoredInstance, other: StoredInstance): boolean {
  return one.digest === other.digest && one.series === other.series && one.study === other.study
}

function byKey(objects: readonly ObjectOfInstance[]): ReadonlyMap<ObjectKey, readonly ObjectOfInstance[]> {
  return Map.groupBy(objects, ({ location }) => location.key)
}
