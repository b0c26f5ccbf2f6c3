import { randomUUID } from 'node:crypto'
import type { ObjectKey, Partition } from '../../adapters/index.ts'

/**
 * A new key: `{partition}/{yyyymmdd}/{hhmm}/{milliseconds}-{random}`. Nothing in it comes from a client; keys ascend in
 * the order objects were stored, so that a rebuilt index lets the later of two versions win; a folder holds a minute.
 */
export function newObjectKey(partition: Partition, now: Date = new Date()): ObjectKey {
  const digits = now.toISOString().replace(/[^0-9]/g, '') // yyyymmddhhmmssmmm
  return `${partition}/${digits.slice(0, 8)}/${digits.slice(8, 12)}/${digits.slice(12)}-${randomUUID()}`
}

const inflatedEnd = '.inflated'

/** A new key for what is made of a stored object: whoever looks for what was stored can tell it by its name. */
export function newInflatedKey(partition: Partition): ObjectKey {
  return newObjectKey(partition) + inflatedEnd
}

/** Whether the object is the inflated one of another. */
export function isInflatedKey(key: ObjectKey): boolean {
  return key.endsWith(inflatedEnd)
}

/** The partition an object belongs to. */
export function partitionOf(key: ObjectKey): Partition {
  return key.slice(0, key.indexOf('/'))
}
