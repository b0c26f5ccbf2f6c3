import type { InstanceStorage, ObjectKey, StoredInstance } from '../adapters/index.ts'
import { isPackKey, newWithdrawnKey, withdrawnPrefix } from './object-key.ts'
import { packHeaderLength } from './pack-entry.ts'

/** Where entries of one pack lie, header and all: their lengths by their offsets. */
export type EntrySpans = ReadonlyMap<number, number>

/**
 * Notes of those instances that lie in packs that they count no more, so that an index made again from packs does not bring
 * them back. Their bytes go when the pack is compacted, or with the pack.
 */
export async function withdrawFromPacks(
  instances: readonly Pick<StoredInstance, 'location'>[],
  storage: InstanceStorage,
): Promise<void> {
  const packs = new Map<ObjectKey, Map<number, number>>()
  for (const { location } of instances) {
    if (!isPackKey(location.key)) continue
    const spans = packs.get(location.key) ?? new Map<number, number>()
    spans.set(location.offset - packHeaderLength, location.length + packHeaderLength)
    packs.set(location.key, spans)
  }
  for (const [pack, spans] of packs) await withdraw(pack, spans, storage)
}

/** Notes that these entries of a pack count no more. */
export async function withdraw(pack: ObjectKey, spans: EntrySpans, storage: InstanceStorage): Promise<void> {
  async function* json() {
    yield Buffer.from(JSON.stringify({ withdrawn: [...spans] }))
  }
  await storage.put(newWithdrawnKey(pack), json())
}

/** What the lists of a pack say that counts no more. @param lists keys of `newWithdrawnKey` */
export async function readWithdrawn(lists: Iterable<ObjectKey>, storage: InstanceStorage): Promise<EntrySpans> {
  const spans = new Map<number, number>()
  for (const key of lists) {
    const chunks: Uint8Array[] = []
    for await (const chunk of await storage.get(key)) chunks.push(chunk)
    const list = JSON.parse(Buffer.concat(chunks).toString()) as { withdrawn: readonly [number, number][] } // as written above
    for (const [offset, length] of list.withdrawn) spans.set(offset, length)
  }
  return spans
}

/** The keys of a pack's lists. */
export async function withdrawalsOf(pack: ObjectKey, storage: InstanceStorage): Promise<readonly ObjectKey[]> {
  const lists: ObjectKey[] = []
  for await (const { key } of storage.list(withdrawnPrefix(pack))) lists.push(key)
  return lists
}

/** Bytes of the entries. */
export function bytesOf(spans: EntrySpans): number {
  return [...spans.values()].reduce((sum, length) => sum + length, 0)
}
