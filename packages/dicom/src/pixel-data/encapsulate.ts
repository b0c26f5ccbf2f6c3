import type { Dataset } from '../dataset.ts'
import { tags } from '../dictionary/dictionary.ts'

/** Where frames will lie among the fragments, known from their lengths alone. */
export interface Encapsulation {
  /** The first item: the Basic Offset Table with its header. */
  readonly offsetTable: Buffer
  /** Extended Offset Table and its lengths, where offsets need more than 32 bits; else empty. */
  readonly attributes: Dataset
  /** Bytes of all items, padding included. */
  readonly length: number
}

const itemHeaderSize = 8
const maxOffset = 0xffffffff

/**
 * Plans encapsulated pixel data in which every frame is one fragment.
 * @param lengths of the frames, unpadded
 * @see PS3.5 §A.4, PS3.3 §C.7.6.3.1.8
 */
export function encapsulate(lengths: readonly number[]): Encapsulation {
  const offsets: number[] = []
  let length = 0
  for (const frame of lengths) {
    offsets.push(length)
    length += itemHeaderSize + frame + (frame % 2)
  }
  const isExtended = (offsets.at(-1) ?? 0) > maxOffset
  const offsetTable = Buffer.alloc(itemHeaderSize + (isExtended ? 0 : offsets.length * 4))
  offsetTable.set(fragmentHeader(offsetTable.length - itemHeaderSize))
  if (!isExtended)
    for (const [i, offset] of offsets.entries()) offsetTable.writeUInt32LE(offset, itemHeaderSize + i * 4)
  const attributes: Dataset = isExtended
    ? { [tags.ExtendedOffsetTable]: numbers(offsets), [tags.ExtendedOffsetTableLengths]: numbers(lengths) }
    : {}
  return { offsetTable, attributes, length: offsetTable.length + length }
}

/** The header of a fragment whose value of `length` bytes is padded to be even. */
export function fragmentHeader(length: number): Buffer {
  const header = Buffer.from('feff00e000000000', 'hex')
  header.writeUInt32LE(length + (length % 2), 4)
  return header
}

function numbers(values: readonly number[]): Dataset[string] {
  const bytes = Buffer.alloc(values.length * 8)
  for (const [i, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), i * 8)
  return { vr: 'OV', InlineBinary: bytes.toString('base64') }
}
