import { type VR, vrs } from '../vr.ts'
import { Part10Error } from './parsed-instance.ts'
import { formatTag } from './tag-facts.ts'

/** How the elements of a data set, or of a part of it, are written. */
export interface Encoding {
  readonly explicitVR: boolean
  readonly bigEndian: boolean
}

/** The header of an element or item, as written. One is filled again for every element, since there may be millions. */
export interface HeaderBytes {
  tagNumber: number
  /** `undefined` in Implicit VR, and where the two letters stand for none. */
  vr: VR | undefined
  length: number
  /** Bytes of the header itself. */
  size: number
}

/** Longest header: tag, VR, two reserved bytes, 32-bit length (PS3.5 §7.1.2). */
export const maxHeaderSize = 12
export const undefinedLength = 0xffffffff
export const itemTags = { item: 0xfffee000, itemDelimitation: 0xfffee00d, sequenceDelimitation: 0xfffee0dd } as const

/** VRs by their two letters as one number; a row less than a string comparison for each element. */
const vrsByCode = new Map<number, VR>(
  (Object.keys(vrs) as VR[]).map((vr) => [(vr.charCodeAt(0) << 8) | vr.charCodeAt(1), vr]), // keys of `vrs` are VRs
)

/**
 * Reads the header at `at`, of which at least 8 bytes are there.
 * @returns whether `header` is filled; false where `available` bytes are not enough
 * @throws Part10Error `malformed` where the two bytes of the VR cannot be one
 */
export function readHeader(
  bytes: Uint8Array,
  at: number,
  available: number,
  { explicitVR, bigEndian }: Encoding,
  header: HeaderBytes,
): boolean {
  const group = bigEndian ? u16be(bytes, at) : u16le(bytes, at)
  const tagNumber = ((group << 16) | (bigEndian ? u16be(bytes, at + 2) : u16le(bytes, at + 2))) >>> 0
  header.tagNumber = tagNumber
  header.vr = undefined
  header.size = 8
  // Items and delimiters have no VR in either form (PS3.5 §7.5).
  if (!explicitVR || group === 0xfffe) {
    header.length = bigEndian ? u32be(bytes, at + 4) : u32le(bytes, at + 4)
    return true
  }
  const code = u16be(bytes, at + 4)
  const vr = vrsByCode.get(code)
  if (vr === undefined ? !isFutureVr(code, tagNumber) : !vrs[vr].longLength) {
    header.vr = vr
    header.length = bigEndian ? u16be(bytes, at + 6) : u16le(bytes, at + 6)
    return true
  }
  if (available < maxHeaderSize) return false
  header.vr = vr ?? 'UN'
  header.length = bigEndian ? u32be(bytes, at + 8) : u32le(bytes, at + 8)
  header.size = maxHeaderSize
  return true
}

/**
 * A VR that a later edition defines has the long form (PS3.5 §7.1.2). Writers that knew no VR left blanks or zeros, with
 * the short form.
 */
function isFutureVr(code: number, tagNumber: number): boolean {
  if (isLetter(code >> 8) && isLetter(code & 255)) return true
  if (code === 0x2020 || code === 0) return false
  throw new Part10Error('malformed', `The bytes in place of the VR of ${formatTag(tagNumber)} are no VR`)
}

function isLetter(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a
}

function u16le(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8)
}

function u16be(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
}

function u32le(bytes: Uint8Array, at: number): number {
  return (u16le(bytes, at) | (u16le(bytes, at + 2) << 16)) >>> 0
}

function u32be(bytes: Uint8Array, at: number): number {
  return ((u16be(bytes, at) << 16) | u16be(bytes, at + 2)) >>> 0
}
