import type { Attribute, Dataset } from '../dataset.ts'
import { DatasetError } from '../dataset-error.ts'
import { tags } from '../dictionary/dictionary.ts'
import { isGroupLengthTag, type Tag, type TagPath } from '../tag.ts'
import { type VR, vrs } from '../vr.ts'
import { type BulkDataSource, type ByteSource, bytesSource } from './byte-source.ts'
import { itemTags, undefinedLength } from './header-bytes.ts'
import { swapInPlace } from './swap-bytes.ts'
import type { PieceWriter } from './write-pieces.ts'
import { encodeValueField } from './write-value.ts'

/** Finds the bytes behind a `BulkDataURI`; `undefined` where there are none. */
export type FindBulkData = (uri: string, path: TagPath) => BulkDataSource | undefined

/** How a data set is written. */
export interface DatasetEncoding {
  readonly explicitVR: boolean
  /** Pixel Data of the data set itself is a sequence of fragments (PS3.5 §A.4). */
  readonly encapsulated: boolean
  readonly bulkData: FindBulkData
}

/** Longest value of a VR with a 16-bit length: even (PS3.5 §6.2.2). */
export const maxShortLength = 65_534
/** Longest value of all: even, and not the mark of undefined length. */
const maxLength = 0xfffffffe

/**
 * Writes the elements of a data set, tags ascending, sequences and items with undefined length.
 * @throws DatasetError
 * @see PS3.5 §7
 */
export function writeDataset(out: PieceWriter, dataset: Dataset, encoding: DatasetEncoding, path: TagPath = []): void {
  for (const tag of Object.keys(dataset).sort()) {
    const attribute = dataset[tag]
    if (attribute !== undefined && !isGroupLengthTag(tag)) writeElement(out, tag, attribute, encoding, [...path, tag])
  }
}

function writeElement(
  out: PieceWriter,
  tag: Tag,
  attribute: Attribute,
  encoding: DatasetEncoding,
  path: TagPath,
): void {
  if (attribute.vr === 'SQ') {
    writeSequence(out, tag, attribute, encoding, path)
    return
  }
  const found = findSource(attribute, encoding, path)
  const source =
    tag === tags.PixelData && encoding.encapsulated && path.length === 1 ? asFragments(attribute, found, path) : found
  if (source === undefined) {
    writeValueField(out, tag, attribute, encoding, path)
  } else if ('frames' in source) {
    writeFrames(out, tag, source.frames, encoding, path)
  } else if ('encapsulated' in source) {
    writeHeader(out, tag, 'OB', undefinedLength, encoding)
    writeSource(out, source, 1, undefined, path)
    writeItemHeader(out, itemTags.sequenceDelimitation, 0)
  } else {
    writeBulkData(out, tag, attribute.vr, source, encoding, path)
  }
}

function writeValueField(
  out: PieceWriter,
  tag: Tag,
  attribute: Attribute,
  encoding: DatasetEncoding,
  path: TagPath,
): void {
  const field = encodeValueField(attribute, path)
  const vr = writtenVr(attribute.vr, field.length, encoding)
  if (out.bigEndian) swapInPlace(field, vrs[vr].unit)
  writeHeader(out, tag, vr, field.length, encoding)
  out.bytes(field)
}

function findSource(
  { BulkDataURI: uri }: Attribute,
  { bulkData }: DatasetEncoding,
  path: TagPath,
): BulkDataSource | undefined {
  if (uri === undefined) return undefined
  const source = bulkData(uri, path)
  if (source === undefined) throw new DatasetError('malformed', path, 'The bulk data is not given')
  return source
}

/** Pixel Data of an encapsulated transfer syntax that comes as one value is one frame in one fragment. */
function asFragments(
  attribute: Attribute,
  source: BulkDataSource | undefined,
  path: TagPath,
): BulkDataSource | undefined {
  if (source !== undefined) return 'frames' in source || 'encapsulated' in source ? source : { frames: [[source]] }
  const field = encodeValueField(attribute, path)
  return field.length === 0 ? undefined : { frames: [[bytesSource(field)]] }
}

function writeBulkData(
  out: PieceWriter,
  tag: Tag,
  vr: VR,
  source: ByteSource,
  encoding: DatasetEncoding,
  path: TagPath,
): void {
  const length = evenLength(source, path)
  const written = writtenVr(vr, length, encoding)
  writeHeader(out, tag, written, length, encoding)
  writeSource(out, source, out.bigEndian ? vrs[written].unit : 1, vrs[vr].padding, path)
}

function writeFrames(
  out: PieceWriter,
  tag: Tag,
  frames: readonly (readonly ByteSource[])[],
  encoding: DatasetEncoding,
  path: TagPath,
): void {
  writeHeader(out, tag, 'OB', undefinedLength, encoding)
  const offsets = frameOffsets(frames, path)
  writeItemHeader(out, itemTags.item, offsets.length * 4)
  for (const offset of offsets) out.u32(offset)
  for (const fragment of frames.flat()) {
    writeItemHeader(out, itemTags.item, evenLength(fragment, path))
    writeSource(out, fragment, 1, 0, path)
  }
  writeItemHeader(out, itemTags.sequenceDelimitation, 0)
}

/** Of each frame from the first fragment's item tag (PS3.5 §A.4). Beyond 32 bits the table is left empty, which is allowed. */
function frameOffsets(frames: readonly (readonly ByteSource[])[], path: TagPath): readonly number[] {
  let offset = 0
  const offsets = frames.map((fragments) => {
    const start = offset
    for (const fragment of fragments) offset += 8 + evenLength(fragment, path)
    return start
  })
  return (offsets.at(-1) ?? 0) > 0xffffffff ? [] : offsets
}

function writeSequence(
  out: PieceWriter,
  tag: Tag,
  { Value: items }: Attribute,
  encoding: DatasetEncoding,
  path: TagPath,
): void {
  if (items === undefined || items.length === 0) {
    writeHeader(out, tag, 'SQ', 0, encoding)
    return
  }
  writeHeader(out, tag, 'SQ', undefinedLength, encoding)
  for (const item of items) {
    writeItemHeader(out, itemTags.item, undefinedLength)
    writeDataset(out, (item ?? {}) as Dataset, encoding, path) // values of SQ are items (PS3.18 §F.2.2)
    writeItemHeader(out, itemTags.itemDelimitation, 0)
  }
  writeItemHeader(out, itemTags.sequenceDelimitation, 0)
}

function writeSource(
  out: PieceWriter,
  source: ByteSource,
  swapUnit: number,
  padding: number | undefined,
  path: TagPath,
): void {
  out.source({ source, path, swapUnit, padding: source.length % 2 === 0 ? undefined : padding })
}

function evenLength({ length }: ByteSource, path: TagPath): number {
  const even = length + (length % 2)
  if (even > maxLength) throw new DatasetError('too-large', path, 'The bulk data is longer than a value can be')
  return even
}

/** "the VR … UN shall be used" for what is too long for a 16-bit length (PS3.5 §6.2.2). */
export function writtenVr(vr: VR, length: number, { explicitVR }: Pick<DatasetEncoding, 'explicitVR'>): VR {
  return explicitVR && !vrs[vr].longLength && length > maxShortLength ? 'UN' : vr
}

/** Tag, VR where it is explicit, and length (PS3.5 §7.1). */
export function writeHeader(
  out: PieceWriter,
  tag: Tag,
  vr: VR,
  length: number,
  { explicitVR }: Pick<DatasetEncoding, 'explicitVR'>,
): void {
  out.u16(Number.parseInt(tag.slice(0, 4), 16))
  out.u16(Number.parseInt(tag.slice(4), 16))
  if (explicitVR) out.bytes(Buffer.from(vr, 'latin1'))
  if (explicitVR && !vrs[vr].longLength) {
    out.u16(length)
    return
  }
  if (explicitVR) out.u16(0)
  out.u32(length)
}

/** An item or delimiter, which has no VR in either form (PS3.5 §7.5). */
export function writeItemHeader(out: PieceWriter, tag: number, length: number): void {
  out.u16(tag >>> 16)
  out.u16(tag & 0xffff)
  out.u32(length)
}
