import {
  AdapterError,
  type InstanceStorage,
  type ObjectKey,
  type ObjectLocation,
  type Partition,
} from '../adapters/index.ts'
import { isPackKey, newObjectKey } from '../studies-service/object-key.ts'
import { packHeaderLength } from '../studies-service/pack-entry.ts'
import type { ObjectOfInstance } from '../studies-service/stored-objects.ts'
import { readWithdrawn, withdrawalsOf } from '../studies-service/withdraw.ts'
import { ObjectDigests } from './object-digests.ts'
import type { Archive } from './operation.ts'

/** What has become of parts of an object. */
export interface CopiedParts {
  /** Where they lie in the target, each compared with its digest; those that the source does not have whole are missing. */
  readonly locations: ReadonlyMap<ObjectOfInstance, ObjectLocation>
  /** Bytes written. */
  readonly bytes: number
}

/** Between whom and how. */
export interface CopyObjectOptions {
  readonly from: InstanceStorage
  readonly to: Archive
  readonly partition: Partition
  readonly signal: AbortSignal | undefined
}

/**
 * Brings parts of one object to the target, all of them with the object as it is, under its key. What an interrupted copy
 * has brought there is read instead of copied again. Where another object stands under the key, and is in use, as one that
 * was copied while more was being added to it, each part becomes an object of its own.
 * @throws AdapterError of either storage, but for objects that the source lacks
 */
export async function copyObject(
  key: ObjectKey,
  parts: readonly ObjectOfInstance[],
  options: CopyObjectOptions,
): Promise<CopiedParts> {
  const { to } = options
  const found = await readParts(key, parts, to.storage, options.signal)
  const standing = found && (await withoutWithdrawn(key, found, to.storage))
  if (standing?.size === parts.length) return { locations: inPlace(standing), bytes: 0 }
  if (standing !== undefined) {
    if ((await to.index.references([key])).has(key)) return await copyApart(parts, standing, options)
    await to.storage.delete(key)
  }
  return await copyWhole(key, parts, options)
}

/** What the target has withdrawn from a pack an index made again would not have: it is to be brought again. */
async function withoutWithdrawn(
  key: ObjectKey,
  parts: ReadonlySet<ObjectOfInstance>,
  storage: InstanceStorage,
): Promise<ReadonlySet<ObjectOfInstance>> {
  if (!isPackKey(key)) return parts
  const withdrawn = await readWithdrawn(await withdrawalsOf(key, storage), storage)
  return new Set([...parts].filter(({ location }) => !withdrawn.has(location.offset - packHeaderLength)))
}

/** The parts that an object has, whole; `undefined` where there is no such object. */
export async function readParts(
  key: ObjectKey,
  parts: readonly ObjectOfInstance[],
  storage: InstanceStorage,
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<ObjectOfInstance> | undefined> {
  const start = Math.min(...parts.map(({ location }) => location.offset))
  const end = Math.max(...parts.map(({ location }) => location.offset + location.length))
  const source = await unlessMissing(storage.get(key, { offset: start, length: end - start }))
  if (source === undefined) return undefined
  const digests = new ObjectDigests(parts, start)
  for await (const chunk of source) {
    signal?.throwIfAborted()
    digests.update(chunk)
    storage.reuse?.(chunk)
  }
  return digests.whole()
}

async function copyWhole(
  key: ObjectKey,
  parts: readonly ObjectOfInstance[],
  { from, to, signal }: CopyObjectOptions,
): Promise<CopiedParts> {
  const source = await unlessMissing(from.get(key))
  if (source === undefined) return { locations: new Map(), bytes: 0 }
  const digests = new ObjectDigests(parts)
  const { length } = await to.storage.put(key, observed(source, digests, signal))
  const whole = digests.whole()
  // Nothing refers to it, and nothing is to.
  if (whole.size === 0) await to.storage.delete(key)
  return { locations: inPlace(whole), bytes: length }
}

async function copyApart(
  parts: readonly ObjectOfInstance[],
  standing: ReadonlySet<ObjectOfInstance>,
  options: CopyObjectOptions,
): Promise<CopiedParts> {
  const { from, to, partition, signal } = options
  const locations = new Map(inPlace(standing))
  let bytes = 0
  for (const part of parts) {
    if (standing.has(part)) continue
    const { key, offset, length } = part.location
    const source = await unlessMissing(from.get(key, { offset, length }))
    if (source === undefined) continue
    const location = { key: newObjectKey(partition), offset: 0, length }
    const alone = { location, digest: part.digest }
    const digests = new ObjectDigests([alone])
    bytes += (await to.storage.put(location.key, observed(source, digests, signal))).length
    if (digests.whole().has(alone)) locations.set(part, location)
    else await to.storage.delete(location.key)
  }
  return { locations, bytes }
}

function inPlace(parts: ReadonlySet<ObjectOfInstance>): ReadonlyMap<ObjectOfInstance, ObjectLocation> {
  return new Map(Array.from(parts, (part) => [part, part.location]))
}

async function* observed(
  source: AsyncIterable<Uint8Array>,
  digests: ObjectDigests,
  signal: AbortSignal | undefined,
): AsyncIterable<Uint8Array> {
  for await (const chunk of source) {
    signal?.throwIfAborted()
    digests.update(chunk)
    yield chunk
  }
}

async function unlessMissing<Found>(found: Promise<Found>): Promise<Found | undefined> {
  try {
    return await found
  } catch (error) {
    if (error instanceof AdapterError && error.code === 'not-found') return undefined
    throw error
  }
}
