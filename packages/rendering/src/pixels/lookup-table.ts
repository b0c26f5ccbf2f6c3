import { type Tag, valuesOf } from '@sansfilm/dicom'
import { bytesOf, numbersOf, type Scope } from '../loaded-values.ts'

/** A lookup table of PS3.3 §C.11.1, §C.11.2 or §C.7.6.3.1.5. */
export interface LookupTable {
  /** The input that the first entry is for. */
  readonly first: number
  readonly entries: Uint8Array | Uint16Array
  /** Bits of an entry. */
  readonly bits: number
}

/**
 * The table that a descriptor and its data describe; `undefined` where one of them is missing or empty.
 *
 * Data decides where a descriptor lies: there are as many entries as there is data for, and an entry that needs more bits
 * than were promised has them.
 * @param signedInput whether inputs may be negative: then a first value above 32,767 is one, whatever its VR says
 */
export function lookupTableOf(
  scope: Scope,
  descriptorTag: Tag,
  dataTag: Tag,
  signedInput: boolean,
): LookupTable | undefined {
  const descriptor = tableDescriptorOf(scope, descriptorTag, signedInput)
  if (descriptor === undefined) return undefined
  const all = entriesOf(scope, dataTag, descriptor.bits <= 8 ? descriptor.count : undefined)
  const entries = all?.subarray(0, descriptor.count)
  if (entries === undefined || entries.length === 0) return undefined
  let largest = 0
  for (const entry of entries) if (entry > largest) largest = entry
  return { first: descriptor.first, entries, bits: Math.max(descriptor.bits, bitsFor(largest)) }
}

/** Number of entries, first input and bits of an entry; 0 entries stand for 65,536. */
export function tableDescriptorOf(
  { dataset }: Scope,
  tag: Tag,
  signedInput: boolean,
): { readonly count: number; readonly first: number; readonly bits: number } | undefined {
  const [count, first, bits] = numbersOf(dataset, tag)
  if (count === undefined || first === undefined) return undefined
  return {
    count: count === 0 ? 65_536 : count,
    first: signedInput && first > 32_767 ? first - 65_536 : first,
    // Only 8 to 16 are allowed, yet 0 is found.
    bits: bits === undefined || bits < 1 || bits > 16 ? 16 : bits,
  }
}

/** The output for an input: those outside have the nearest entry's (PS3.3 §C.11.1.1). */
export function lookUp({ first, entries }: LookupTable, input: number): number {
  const at = Math.min(Math.max(Math.round(input) - first, 0), entries.length - 1)
  return entries[at] as number // at is within
}

/** 16-bit entries, or bytes where `packedCount` of them fill the value: two 8-bit entries to a word. */
export function entriesOf(scope: Scope, tag: Tag, packedCount?: number): Uint8Array | Uint16Array | undefined {
  if (valuesOf(scope.dataset, tag).length > 0) {
    return Uint16Array.from(numbersOf(scope.dataset, tag), (value) => value & 0xffff)
  }
  const bytes = bytesOf(scope, tag)
  if (bytes === undefined) return undefined
  if (packedCount !== undefined && bytes.length < packedCount * 2) return bytes
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Uint16Array.from({ length: bytes.length >> 1 }, (_, i) => view.getUint16(i * 2, true))
}

function bitsFor(value: number): number {
  return value === 0 ? 1 : 32 - Math.clz32(value)
}
