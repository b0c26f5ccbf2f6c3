import type { InstanceStorage, ObjectLocation, StoredInstance } from '../adapters/index.ts'

/** An object of an instance, and the SHA-256 of its bytes. */
export interface ObjectOfInstance {
  readonly location: ObjectLocation
  readonly digest: string
}

/** The objects an instance consists of: the one that was stored, and the inflated one where there is one. */
export function objectsOf({
  location,
  digest,
  inflated,
}: Pick<StoredInstance, 'location' | 'digest' | 'inflated'>): readonly ObjectOfInstance[] {
  return inflated === undefined
    ? [{ location, digest }]
    : [
        { location, digest },
        { location: { key: inflated.key, offset: 0, length: inflated.length }, digest: inflated.digest },
      ]
}

/** Removes the objects of an instance that got no row. */
export async function discardObjects(
  instance: Pick<StoredInstance, 'location' | 'digest' | 'inflated'>,
  storage: InstanceStorage,
): Promise<void> {
  for (const { location } of objectsOf(instance)) await storage.delete(location.key)
}
