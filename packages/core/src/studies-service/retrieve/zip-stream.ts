import { crc32 } from 'node:zlib'

/** A file to be put into a zip. */
export interface ZipEntry {
  /** Path with `/`, in ASCII. */
  readonly name: string
  readonly modified: Date
  /** Bytes. */
  readonly length: number
  open(): Promise<Uint8Array | AsyncIterable<Uint8Array>>
}

/** What the central directory says of an entry. */
interface WrittenEntry {
  readonly entry: ZipEntry
  readonly checksum: number
  /** Of its local header. */
  readonly offset: number
}

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
 * are pulled one by one as the reader comes to them, and their bytes pass through uncopied; what is large is Zip64.
 * @see PKWARE APPNOTE.TXT 6.3.10 §4.3
 */
export async function* zipped(entries: AsyncIterable<ZipEntry>): AsyncIterable<Uint8Array> {
  const directory: Uint8Array[] = []
  let offset = 0
  for await (const entry of entries) {
    const header = localHeader(entry)
    yield header
    let checksum = 0
    let length = 0
    const bytes = await entry.open()
    for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes) {
      checksum = crc32(chunk, checksum)
      length += chunk.length
      yield chunk
    }
    if (length !== entry.length) throw new Error(`A zip entry of ${entry.length} bytes gave ${length}`)
    const descriptor = dataDescriptor(entry, checksum)
    yield descriptor
    directory.push(directoryHeader({ entry, checksum, offset }))
    offset += header.length + length + descriptor.length
  }
  const directoryLength = directory.reduce((sum, { length }) => sum + length, 0)
  yield Buffer.concat([...directory, endRecords(directory.length, directoryLength, offset)])
}

function isLarge({ length }: ZipEntry): boolean {
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

function directoryHeader({ entry, checksum, offset }: WrittenEntry): Buffer {
  const name = Buffer.from(entry.name)
  const large = [...(isLarge(entry) ? [entry.length, entry.length] : []), ...(offset >= max32 ? [offset] : [])]
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
