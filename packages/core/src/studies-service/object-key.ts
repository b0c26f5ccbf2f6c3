import { randomUUID } from 'node:crypto'
import type { ObjectKey, Partition } from '../adapters/index.ts'

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

const packEnd = '.pack'

/** A new key for an object that instances share. */
export function newPackKey(partition: Partition): ObjectKey {
  return newObjectKey(partition) + packEnd
}

/** Whether the object holds instances as the entries of a pack. */
export function isPackKey(key: ObjectKey): boolean {
  return key.endsWith(packEnd)
}

const withdrawnMark = `${packEnd}.withdrawn-`

/** A new key for a list of entries of a pack that count no more. In the order of keys it follows that of the pack. */
export function newWithdrawnKey(pack: ObjectKey): ObjectKey {
  return withdrawnPrefix(pack) + randomUUID()
}

/** What the keys of all such lists of a pack begin with. */
export function withdrawnPrefix(pack: ObjectKey): string {
  return pack.slice(0, -packEnd.length) + withdrawnMark
}

/** The pack whose entries the object lists; `undefined` where it is no such list. */
export function packOfWithdrawn(key: ObjectKey): ObjectKey | undefined {
  const end = key.lastIndexOf(withdrawnMark)
  return end === -1 ? undefined : key.slice(0, end + packEnd.length)
}

/** When a key was made. */
export function timeOfKey(key: ObjectKey): Date {
  const [, day = '', minute = '', rest = ''] = key.split('/')
  const part = (text: string, from: number, to: number) => Number(text.slice(from, to))
  return new Date(
    Date.UTC(
      part(day, 0, 4),
      part(day, 4, 6) - 1,
      part(day, 6, 8),
      part(minute, 0, 2),
      part(minute, 2, 4),
      part(rest, 0, 2),
      part(rest, 2, 5),
    ),
  )
}

/** The partition an object belongs to. */
export function partitionOf(key: ObjectKey): Partition {
  return key.slice(0, key.indexOf('/'))
}
