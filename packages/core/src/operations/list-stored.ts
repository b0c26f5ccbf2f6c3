import type { ObjectKey, StoredObject } from '../adapters/index.ts'
import { isInflatedKey, packOfWithdrawn } from '../studies-service/object-key.ts'

/** An object that was stored, and the keys of the lists that say what of it was withdrawn. */
export interface ListedObject {
  readonly object: StoredObject
  readonly withdrawals: readonly ObjectKey[]
}

/**
 * The objects that instances were stored as, without those that were made of others.
 * @param objects in the order of their keys, in which the lists of a pack follow it
 */
export async function* listStored(objects: AsyncIterable<StoredObject>): AsyncIterable<ListedObject> {
  let last: { readonly object: StoredObject; readonly withdrawals: ObjectKey[] } | undefined
  for await (const object of objects) {
    if (isInflatedKey(object.key)) continue
    const pack = packOfWithdrawn(object.key)
    if (pack === undefined) {
      if (last !== undefined) yield last
      last = { object, withdrawals: [] }
    } else if (last?.object.key === pack) last.withdrawals.push(object.key)
  }
  if (last !== undefined) yield last
}
