import type {
  InstanceIndex,
  InstanceScope,
  InstanceStorage,
  ObjectLocation,
  StoredInstance,
} from '../adapters/index.ts'
import { isPackKey, timeOfKey } from './object-key.ts'
import { withdrawFromPacks } from './withdraw.ts'

/** An object of an instance, and the SHA-256 of its bytes. */
export interface ObjectOfInstance {
  readonly location: ObjectLocation
  readonly digest: string
}

/** What tells where an instance lies. */
export type Lying = Pick<StoredInstance, 'location' | 'digest' | 'inflated'>

/** The objects an instance consists of: the one that was stored, and the inflated one where there is one. */
export function objectsOf({ location, digest, inflated }: Lying): readonly ObjectOfInstance[] {
  return inflated === undefined
    ? [{ location, digest }]
    : [
        { location, digest },
        { location: { key: inflated.key, offset: 0, length: inflated.length }, digest: inflated.digest },
      ]
}

/** Removes the objects of instances that have no row; those that lie in packs are withdrawn from them. */
export async function discardObjects(instances: readonly Lying[], storage: InstanceStorage): Promise<void> {
  await withdrawFromPacks(instances, storage)
  for (const { location } of instances.flatMap(objectsOf)) {
    if (!isPackKey(location.key)) await storage.delete(location.key)
  }
}

/** So long after it was begun nothing in a pack waits for its row any more. */
const settledAfterMs = 3_600_000

/**
 * Removes the objects of instances that were forgotten, but for those that others share. A pack that was begun only lately
 * may hold instances whose rows are yet to come: where no row refers to it, the sweep removes it.
 * @param onFailure told of each object that could not be removed; the sweep will
 */
export async function discardForgotten(
  instances: readonly Lying[],
  { storage, index }: { readonly storage: InstanceStorage; readonly index: InstanceIndex },
  onFailure: (error: unknown) => void,
): Promise<void> {
  const keys = [...new Set(instances.flatMap(objectsOf).map(({ location }) => location.key))]
  const shared = await index.references(keys)
  const settled = new Date(Date.now() - settledAfterMs)
  const removable = new Set(keys.filter((key) => !shared.has(key) && (!isPackKey(key) || timeOfKey(key) < settled)))
  await withdrawFromPacks(
    instances.filter(({ location }) => !removable.has(location.key)),
    storage,
  ).catch(onFailure)
  for (const key of removable) await storage.delete(key).catch(onFailure)
}

/** The instance as it is stored now; `undefined` where it is not. */
export async function standingAt(
  { partition, study, series, instance }: Required<InstanceScope>,
  index: InstanceIndex,
): Promise<StoredInstance | undefined> {
  const [stored] = await index.find(partition, [instance])
  return stored?.study === study && stored.series === series ? stored : undefined
}

/** Whether the instance still lies where it was found: it may have been deleted, replaced or moved meanwhile. */
export async function liesThere(stored: StoredInstance, index: InstanceIndex): Promise<boolean> {
  const standing = await standingAt(stored, index)
  const { key, offset } = stored.location
  return standing?.location.key === key && standing.location.offset === offset
}
