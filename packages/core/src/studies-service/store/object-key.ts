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

/** The partition an object belongs to. */
export function partitionOf(key: ObjectKey): Partition {
  return key.slice(0, key.indexOf('/'))
}
