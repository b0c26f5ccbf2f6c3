import { crc32 } from 'node:zlib'
import { LRUCache } from 'lru-cache'
import { bytesContent, type Content, pulledContent, readAll } from '../../http/content.ts'

/** A file to be put into a zip. */
export interface ZipEntry {
  /** Path with `/`, in ASCII. */
  readonly name: string
  readonly modified: Date
  /** Bytes. */
  readonly length: number
  readonly content: Content
  /** Names the bytes, whatever zip they are in. */
  readonly digest: string
}

/** An entry that a reader has come past. */
interface WrittenEntry {
  readonly entry: ZipEntry
  /** Of its local header. */
  readonly offset: number
  /** `undefined` until all of it was read. */
  checksum: number | undefined
}

/** Checksums found, by the digest of what they are of. */
const checksums = new LRUCache<string, number>({ max: 65_536 })

const max16 = 0xffff
const max32 = 0xffffffff

/** Names are UTF-8 (bit 11), and the checksum follows the data (bit 3), since only reading it tells. */
const flags = 0x0808
const stored = 0

/** The lowest version of the format that has Zip64. */
const version = 45
const zip64FieldId = 0x0001

/**
 * A zip of entries that are stored, not deflated: most pixel data is compressed already, and a copy costs nothing. Entries
 * are pulled one by one as the reader comes to them, and their bytes pass through uncopied; what is large is Zip64. Its
 * length follows from names and lengths. Bytes before a range are read only where it needs a checksum of them that is not
 * known from before.
 * @see PKWARE APPNOTE.TXT 6.3.10 §4.3
 */
export function zipContent(pull: () => AsyncIterable<ZipEntry>): Content {
  return pulledContent(() => contentsOf(pull()))
}

async function* contentsOf(entries: AsyncIterable<ZipEntry>): AsyncIterable<Content> {
  const written: WrittenEntry[] = []
  let offset = 0
  let directoryLength = 0
  for await (const entry of entries) {
    const each: WrittenEntry = { entry, offset, checksum: checksums.get(entry.digest) }
    const header = localHeader(entry)
    const descriptorLength = dataDescriptor(entry, 0).length
    yield bytesContent(header)
    yield checkedContent(each)
    yield madeContent(descriptorLength, async () => dataDescriptor(entry, await checksumOf(each)))
    written.push(each)
    offset += header.length + entry.length + descriptorLength
    directoryLength += directoryHeader(each, 0).length
  }
  yield madeContent(directoryLength, async () => {
    const headers: Uint8Array[] = []
    for (const each of written) headers.push(directoryHeader(each, await checksumOf(each)))
    return Buffer.concat(headers)
  })
  yield bytesContent(endRecords(written.length, directoryLength, offset))
}

/** The bytes of an entry. Who reads all of them learns their checksum. */
function checkedContent(written: WrittenEntry): Content {
  const { length, content } = written.entry
  const isToBeChecked = written.checksum === undefined
  return {
    length,
    read: async (range) => (range === undefined && isToBeChecked ? checked(written) : content.read(range)),
  }
}

async function* checked(written: WrittenEntry): AsyncIterable<Uint8Array> {
  const { content, length, digest } = written.entry
  let checksum = 0
  let passed = 0
  for await (const chunk of readAll([content])) {
    checksum = crc32(chunk, checksum)
    passed += chunk.length
    yield chunk
  }
  if (passed !== length) throw new Error(`A zip entry of ${length} bytes gave ${passed}`)
  written.checksum = checksum
  checksums.set(digest, checksum)
}

async function checksumOf(written: WrittenEntry): Promise<number> {
  if (written.checksum === undefined) for await (const _ of checked(written));
  return written.checksum ?? 0 // set above
}

/** Content that is made when it is read. */
function madeContent(length: number, make: () => Promise<Uint8Array>): Content {
  return {
    length,
    read: async (range = { offset: 0, length }) => (await make()).subarray(range.offset, range.offset + range.length),
  }
}

function isLarge({ length }: Pick<ZipEntry, 'length'>): boolean {
  return length >= max32
}

function localHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name)
  const extra = isLarge(entry) ? zip64Field([0, 0]) : Buffer.alloc(0)
  const size = isLarge(entry) ? max32 : 0
  return Buffer.concat([
    fields([4, 0x04034b50], [2, version], [2, flags], [2, stored], [4, dosDateTime(entry.modified)]),
    fields([4, 0], [4, size], [4, size], [2, name.length], [2, extra.length]),
    name,
    extra,
  ])
}

function dataDescriptor(entry: ZipEntry, checksum: number): Buffer {
  const width = isLarge(entry) ? 8 : 4
  return fields([4, 0x08074b50], [4, checksum], [width, entry.length], [width, entry.length])
}

function directoryHeader({ entry, offset }: WrittenEntry, checksum: number): Buffer {
  const name = Buffer.from(entry.name)
  const large = largeValues(entry, offset)
  const extra = large.length === 0 ? Buffer.alloc(0) : zip64Field(large)
  const size = Math.min(entry.length, max32)
  return Buffer.concat([
    fields([4, 0x02014b50], [2, version], [2, version], [2, flags], [2, stored], [4, dosDateTime(entry.modified)]),
    fields([4, checksum], [4, size], [4, size], [2, name.length], [2, extra.length]),
    // No comment, first disk, no attributes.
    fields([2, 0], [2, 0], [2, 0], [4, 0], [4, Math.min(offset, max32)]),
    name,
    extra,
  ])
}

function largeValues(entry: ZipEntry, offset: number): readonly number[] {
  return [...(isLarge(entry) ? [entry.length, entry.length] : []), ...(offset >= max32 ? [offset] : [])]
}

function endRecords(entries: number, length: number, offset: number): Buffer {
  const isZip64 = entries >= max16 || length >= max32 || offset >= max32
  const count = Math.min(entries, max16)
  const end = Buffer.concat([
    fields([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count]),
    fields([4, Math.min(length, max32)], [4, Math.min(offset, max32)], [2, 0]),
  ])
  if (!isZip64) return end
  return Buffer.concat([
    fields([4, 0x06064b50], [8, 44], [2, version], [2, version], [4, 0], [4, 0]),
    fields([8, entries], [8, entries], [8, length], [8, offset]),
    fields([4, 0x07064b50], [4, 0], [8, offset + length], [4, 1]),
    end,
  ])
}

/** Values that do not fit into their own fields, in the order in which those would stand. */
function zip64Field(values: readonly number[]): Buffer {
  return Buffer.concat([
    fields([2, zip64FieldId], [2, values.length * 8]),
    ...values.map((value) => fields([8, value])),
  ])
}

/** Little endian numbers by their width in bytes. */
function fields(...list: readonly (readonly [width: 2 | 4 | 8, value: number])[]): Buffer {
  const bytes = Buffer.alloc(list.reduce((sum, [width]) => sum + width, 0))
  let at = 0
  for (const [width, value] of list) {
    if (width === 8) bytes.writeBigUInt64LE(BigInt(value), at)
    else bytes.writeUIntLE(value, at, width)
    at += width
  }
  return bytes
}

/** Date in the upper half, time in the lower, from 1980 on, in UTC and steps of two seconds. */
function dosDateTime(date: Date): number {
  const day = ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate()
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1)
  return day * 0x10000 + time
}
