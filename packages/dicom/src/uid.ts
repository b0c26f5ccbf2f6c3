import { randomUUID } from 'node:crypto'

/** A unique identifier: dotted decimal components, at most 64 characters (PS3.5 §9.1). */
export type Uid = string

/**
 * Whether `text` is a UID an archive can hold. Leading zeros in a component are forbidden by PS3.5 §9.1, yet stand in
 * real files, so they pass here; `isConformantUid` is the strict form.
 */
export function isUid(text: string): boolean {
  return text.length <= 64 && /^[0-9]+(\.[0-9]+)*$/.test(text)
}

/** Whether `text` keeps every rule of PS3.5 §9.1. */
export function isConformantUid(text: string): boolean {
  return text.length <= 64 && /^(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))+$/.test(text)
}

/**
 * A new UID under the UUID root (PS3.5 §B.2).
 * @example generateUid() // '2.25.' and up to 39 digits
 */
export function generateUid(): Uid {
  return `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`
}
