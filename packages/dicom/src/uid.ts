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

/**
 * The UID that always stands for the same digest: a UUID of version 8 (RFC 9562 §5.8) under the UUID root (PS3.5 §B.2).
 * @param digest at least 32 hexadecimal digits
 */
export function uidFromDigest(digest: string): Uid {
  const bits = BigInt(`0x${digest.slice(0, 32)}`)
  const versionAndVariant = (0xfn << 76n) | (0b11n << 62n)
  return `2.25.${(bits & ~versionAndVariant) | (8n << 76n) | (0b10n << 62n)}`
}
