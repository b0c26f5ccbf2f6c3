import type { ObjectKey } from './instance-storage.ts'

const segment = '[a-z0-9-][a-z0-9.-]{0,254}'
const grammar = new RegExp(`^${segment}(?:/${segment})*$`)
const maxLength = 1024

/** Whether `text` is an `ObjectKey`. None can leave the folder it is resolved against, or name a hidden file. */
export function isObjectKey(text: string): boolean {
  return text.length <= maxLength && grammar.test(text)
}

/**
 * For adapters, before they make a path or an address of a key.
 * @throws TypeError where `key` is none: a mistake of the caller, not of the storage
 */
export function assertObjectKey(key: ObjectKey): void {
  if (!isObjectKey(key)) throw new TypeError(`Not an object key: ${JSON.stringify(key.slice(0, maxLength))}`)
}
