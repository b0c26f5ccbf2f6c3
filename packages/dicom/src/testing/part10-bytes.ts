import { tags } from '../dictionary/dictionary.ts'
import type { Tag } from '../tag.ts'
import { type TransferSyntax, transferSyntaxes } from '../transfer-syntax.ts'
import { isVR, type VR, vrs } from '../vr.ts'

/** How the helpers below write. */
export type Form = Pick<TransferSyntax, 'explicitVR' | 'bigEndian'>

export const explicitLittle: Form = transferSyntaxes.ExplicitVRLittleEndian
export const implicitLittle: Form = transferSyntaxes.ImplicitVRLittleEndian
export const explicitBig: Form = transferSyntaxes.ExplicitVRBigEndian

const undefinedLength = 0xffffffff

/** The bytes of one element, right or wrong: nothing is checked or padded but text of odd length. */
export function element(tag: Tag, vr: string, value: string | Buffer, form = explicitLittle, length?: number): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value.length % 2 === 0 ? value : `${value} `, 'latin1') : value
  return Buffer.concat([header(tag, vr, length ?? bytes.length, form), bytes])
}

/** A sequence of items, of defined or undefined length. */
export function sequence(
  tag: Tag,
  items: readonly Buffer[],
  form = explicitLittle,
  defined = true,
  vr: VR = 'SQ',
): Buffer {
  const content = Buffer.concat(items.map((bytes) => item(bytes, form, defined)))
  if (defined) return Buffer.concat([header(tag, vr, content.length, form), content])
  return Buffer.concat([header(tag, vr, undefinedLength, form), content, marker(0xe0dd, 0, form)])
}

/** Encapsulated Pixel Data: the Basic Offset Table, then the fragments. */
export function encapsulated(table: readonly number[], fragments: readonly Buffer[]): Buffer {
  const offsets = Buffer.alloc(table.length * 4)
  for (const [i, offset] of table.entries()) offsets.writeUInt32LE(offset, i * 4)
  const items = [offsets, ...fragments].map((bytes) => item(bytes, explicitLittle, true))
  const start = header(tags.PixelData, 'OB', undefinedLength, explicitLittle)
  return Buffer.concat([start, ...items, marker(0xe0dd, 0, explicitLittle)])
}

/** Preamble, prefix and file meta information before a data set. */
export function part10(dataSet: Buffer, syntax: TransferSyntax = transferSyntaxes.ExplicitVRLittleEndian): Buffer {
  const uid = element(tags.TransferSyntaxUID, 'UI', syntax.uid.length % 2 === 0 ? syntax.uid : `${syntax.uid}\0`)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(uid.length)
  const meta = Buffer.concat([element(tags.FileMetaInformationGroupLength, 'UL', length), uid])
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), meta, dataSet])
}

/** 16-bit numbers in the byte order of `form`. */
export function words(form: Form, ...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 2)
  for (const [i, number] of numbers.entries()) {
    if (form.bigEndian) bytes.writeUInt16BE(number, i * 2)
    else bytes.writeUInt16LE(number, i * 2)
  }
  return bytes
}

/** Pieces of `size` bytes. */
export function* piecesOf(bytes: Buffer, size: number): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

function item(content: Buffer, form: Form, defined: boolean): Buffer {
  if (defined) return Buffer.concat([marker(0xe000, content.length, form), content])
  return Buffer.concat([marker(0xe000, undefinedLength, form), content, marker(0xe00d, 0, form)])
}

function marker(number: number, length: number, { bigEndian }: Form): Buffer {
  const bytes = Buffer.alloc(8)
  if (bigEndian) {
    bytes.writeUInt32BE(0xfffe0000 + number)
    bytes.writeUInt32BE(length, 4)
  } else {
    bytes.writeUInt16LE(0xfffe)
    bytes.writeUInt16LE(number, 2)
    bytes.writeUInt32LE(length, 4)
  }
  return bytes
}

function header(tag: Tag, vr: string, length: number, form: Form): Buffer {
  const long = form.explicitVR && (!isVR(vr) || vrs[vr].longLength)
  const bytes = Buffer.alloc(long ? 12 : 8)
  const group = words(form, Number.parseInt(tag.slice(0, 4), 16), Number.parseInt(tag.slice(4), 16))
  group.copy(bytes)
  if (form.explicitVR) bytes.write(vr, 4, 'latin1')
  const at = long ? 8 : form.explicitVR ? 6 : 4
  const width = at === 6 ? 2 : 4
  if (form.bigEndian) bytes.writeUIntBE(length, at, width)
  else bytes.writeUIntLE(length, at, width)
  return bytes
}
