import { Part10Error, type Part10Limits } from '@sansfilm/dicom'
import type { ObjectKey, StoredObject } from '../adapters/index.ts'
import {
  AdapterError,
  type AddOutcome,
  type ByteRange,
  type ExtraAttributes,
  type InstanceRecord,
  type Partition,
} from '../adapters/index.ts'
import type { ConflictPolicy } from '../backend.ts'
import { defaultLimits } from '../options.ts'
import { isPackKey } from '../studies-service/object-key.ts'
import { packHeaderLength } from '../studies-service/pack-entry.ts'
import { InstanceRefusal } from '../studies-service/store/failure-reason.ts'
import { readWithdrawn } from '../studies-service/withdraw.ts'
import { claimStorage } from './archive-identity.ts'
import { forEachConcurrently } from './for-each-concurrently.ts'
import { inBatches } from './in-batches.ts'
import { listStored } from './list-stored.ts'
import type { Archive, OperationOptions } from './operation.ts'
import { readRecord } from './read-record.ts'
import { originOf, readPack, type StoredBytes, wholeObject } from './stored-bytes.ts'

/** An object that has no row of its own after `reindex`. It is never removed. */
export type ReindexProblem =
  /** The bytes are no instance, or cannot be read. The message carries no attribute values. */
  | { readonly type: 'not-indexed'; readonly key: ObjectKey; readonly cause: Error }
  /** Another object stands under the SOP Instance UID. `sweep` will remove this one. */
  | { readonly type: 'superseded'; readonly key: ObjectKey; readonly by: ObjectKey; readonly identical: boolean }

/** Options of `reindex`. */
export interface ReindexOptions extends OperationOptions<ReindexReport> {
  /** Default: all. */
  readonly partition?: Partition | undefined
  /**
   * Of objects under one SOP Instance UID the last stored stands with `replace`, the default, and the first with `refuse`:
   * as in the service, where the policy decided which one was acknowledged.
   */
  readonly onConflict?: ConflictPolicy | undefined
  /** As the service has them. Default: none. */
  readonly extraAttributes?: ExtraAttributes | undefined
  /** As the service had them when it stored the objects. */
  readonly limits?: Part10Limits | undefined
  /** Objects read at a time. Default 4. */
  readonly concurrency?: number | undefined
  readonly onProblem?: ((problem: ReindexProblem) => void) | undefined
}

/** What `reindex` has done. */
export interface ReindexReport {
  /**
   * Objects seen, and their bytes; each instance of a pack is one. Inflated ones, which are made again, are not among them.
   */
  readonly objects: number
  readonly bytes: number
  /** Instances that had no row. */
  readonly added: number
  /** Objects that a row referred to already: after an interruption nothing is read twice. */
  readonly unchanged: number
  readonly superseded: number
  readonly failed: number
}

const batchSize = 500
const noExtraAttributes: ExtraAttributes = { study: [], series: [], instance: [] }

/**
 * Makes an index row for every stored object that has none: the way back after a lost index, from the objects alone.
 * Rows that are there stay as they are. Instances count as stored when their object was last modified, and come to the
 * index in the order of their keys: the first of a study is the first again.
 * Of deflated ones the inflated objects are made again; what an index that was lost referred to is left to the sweep.
 * @throws ForeignStorageError where the storage is marked as another index's, and this one holds instances
 * @example const { added, failed } = await reindex({ storage, index })
 */
export async function reindex({ storage, index }: Archive, options: ReindexOptions = {}): Promise<ReindexReport> {
  const { partition, onConflict = 'replace', concurrency = 4, onProblem, onProgress, signal } = options
  const extraAttributes = options.extraAttributes ?? noExtraAttributes
  const limits = options.limits ?? defaultLimits
  await claimStorage({ storage, index }, 'adopt')
  const isNew = (await index.extraAttributes()) === undefined
  let report: ReindexReport = { objects: 0, bytes: 0, added: 0, unchanged: 0, superseded: 0, failed: 0 }
  const exclusively = createQueue()
  const inOrder = createOrder()

  const count = (what: 'added' | 'unchanged' | 'superseded' | 'failed', { location: { length } }: StoredBytes) => {
    report = { ...report, objects: report.objects + 1, bytes: report.bytes + length, [what]: report[what] + 1 }
    onProgress?.(report)
  }

  /** What was made for a row that does not come to be. */
  const discardInflated = async ({ inflated }: InstanceRecord) => {
    if (inflated !== undefined) await storage.delete(inflated.key)
  }

  /** Of two versions, the origin tells which came later. */
  const settle = async (record: InstanceRecord, object: StoredBytes): Promise<void> => {
    const { key } = object.location
    const added = await index.add(record, 'refuse') // again: what stands may have changed since the first time
    if (added.outcome === 'added' || added.outcome === 'replaced') return count('added', object)
    const { location: standing } = added.stored
    if (standing.key === key && standing.offset === object.location.offset) {
      await discardInflated(record)
      return count('unchanged', object)
    }
    const identical = added.outcome === 'identical'
    const isLater = !identical && object.origin > (await originOf(standing, storage))
    if (identical || isLater !== (onConflict === 'replace')) {
      await discardInflated(record)
      count('superseded', object)
      onProblem?.({ type: 'superseded', key, by: standing.key, identical })
      return
    }
    await index.add(record, 'replace')
    count('added', object)
    onProblem?.({ type: 'superseded', key: standing.key, by: key, identical })
  }

  const indexBytes = async (object: StoredBytes): Promise<void> => {
    signal?.throwIfAborted()
    const { turn, pass } = inOrder()
    let record: InstanceRecord
    let adding: Promise<AddOutcome>
    try {
      record = await readRecord(object, storage, { limits, extraAttributes, signal })
      await turn
      adding = index.add(record, 'refuse')
    } catch (error) {
      if (!isObjectsFault(error)) throw error
      count('failed', object)
      onProblem?.({ type: 'not-indexed', key: object.location.key, cause: error })
      return
    } finally {
      pass()
    }
    const added = await adding
    if (added.outcome === 'added') count('added', object)
    else await exclusively(() => settle(record, object)) // so that of three versions the right one wins too
  }

  async function* unread(): AsyncIterable<StoredBytes> {
    const objects = listStored(storage.list(partition === undefined ? '' : `${partition}/`))
    for await (const batch of inBatches(objects, batchSize)) {
      const referenced = await index.references(batch.map(({ object }) => object.key))
      for (const { object, withdrawals } of batch) {
        if (isPackKey(object.key)) yield* packed(object, withdrawals)
        else if (referenced.has(object.key)) count('unchanged', wholeObject(object))
        else yield wholeObject(object)
      }
    }
  }

  async function* packed(object: StoredObject, withdrawals: readonly ObjectKey[]): AsyncIterable<StoredBytes> {
    try {
      const indexed = new Set((await index.instancesIn([object.key])).map(({ location }) => location.offset))
      const withdrawn = await readWithdrawn(withdrawals, storage)
      const onDamage = (range: ByteRange) => {
        if (withdrawn.has(range.offset)) return
        count('failed', { ...wholeObject(object), location: { key: object.key, ...range } })
        const cause = new AdapterError('damaged', `${range.length} bytes from ${range.offset} are no entry of the pack`)
        onProblem?.({ type: 'not-indexed', key: object.key, cause })
      }
      for await (const bytes of readPack(object.key, storage, onDamage)) {
        const { offset } = bytes.location
        if (indexed.has(offset)) count('unchanged', bytes)
        else if (!withdrawn.has(offset - packHeaderLength)) yield bytes
      }
    } catch (error) {
      if (!isObjectsFault(error)) throw error
      count('failed', wholeObject(object))
      onProblem?.({ type: 'not-indexed', key: object.key, cause: error })
    }
  }

  await forEachConcurrently(unread(), concurrency, indexBytes)
  // Every row was made here with these; rows of an older index are for the back-fill.
  if (isNew && partition === undefined) await index.setExtraAttributes(extraAttributes)
  return report
}

/** Lets what runs concurrently pass a point in the order in which it began; whoever gives up passes it too. */
function createOrder(): () => { readonly turn: Promise<void>; readonly pass: () => void } {
  let last = Promise.resolve()
  return () => {
    const turn = last
    const { promise, resolve } = Promise.withResolvers<void>()
    last = turn.then(() => promise)
    return { turn, pass: resolve }
  }
}

function isObjectsFault(error: unknown): error is Error {
  return error instanceof Part10Error || error instanceof InstanceRefusal || error instanceof AdapterError
}

/** Runs what it is given one after the other. */
function createQueue(): (action: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  return (action) => {
    const result = last.then(action)
    last = result.catch(() => {})
    return result
  }
}
