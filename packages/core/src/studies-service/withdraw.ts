import type { InstanceStorage, ObjectKey, StoredInstance } from '../adapters/index.ts'
import { isPackKey, newWithdrawnKey } from './object-key.ts'

/**
 * Notes of those instances that lie in packs that they count no more, so that an index made again from packs does not bring
 * them back. Their bytes go when the pack is compacted, or with the pack.
 */
export async function withdrawFromPacks(
  instances: readonly Pick<StoredInstance, 'location'>[],
  storage: InstanceStorage,
): Promise<void> {
  const packs = new Map<ObjectKey, number[]>()
  for (const { location } of instances) {
    if (!isPackKey(location.key)) continue
    const offsets = packs.get(location.key) ?? []
    offsets.push(location.offset)
    packs.set(location.key, offsets)
  }
  for (const [pack, offsets] of packs) await storage.put(newWithdrawnKey(pack), jsonText({ withdrawn: offsets }))
}

/** Offsets of instances, as `ObjectLocation` has them, that a list names. */
export async function readWithdrawn(key: ObjectKey, storage: InstanceStorage): Promise<readonly number[]> {
  const chunks: Uint8Array[] = []
  for await (const chunk of await storage.get(key)) chunks.push(chunk)
  const { withdrawn } = JSON.parse(Buffer.concat(chunks).toString()) as { withdrawn: readonly number[] } // as written above
  return withdrawn
}

async function* jsonText(value: unknown): AsyncGenerator<Uint8Array> {
  yield Buffer.from(JSON.stringify(value))
}
