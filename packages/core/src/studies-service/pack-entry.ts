import { crc32 } from 'node:zlib'
import type { ObjectKey, ObjectLocation } from '../adapters/index.ts'

/** What a pack says of an instance in it, so that an index can be made again from packs alone. */
export interface PackEntry {
  /** Bytes of the instance, which follow the header. */
  readonly length: number
  /** SHA-256 of the instance, lower-case hexadecimal. */
  readonly digest: string
  readonly storedAt: Date
  /** A key from when the instance came, which it keeps wherever it is moved: of two versions it tells the later one. */
  readonly origin: ObjectKey
}

/** Bytes of an entry's header. */
export const packHeaderLength = 192

const magic = Buffer.from('SFPACK1\n', 'latin1')
const originAt = 60
const maxOrigin = packHeaderLength - originAt - 4

/**
 * The header of an entry: magic (8 bytes), length (8), milliseconds since 1970 (8), SHA-256 (32), the length of the origin (4)
 * and the origin, padded with zeros; at the end the CRC-32 of all before it (4). Numbers are little endian.
 */
export function encodePackHeader({ length, digest, storedAt, origin }: PackEntry): Uint8Array {
  if (origin.length > maxOrigin) throw new TypeError(`An origin is longer than ${maxOrigin} characters`)
  const header = Buffer.alloc(packHeaderLength)
  header.set(magic)
  header.writeBigUInt64LE(BigInt(length), 8)
  header.writeBigUInt64LE(BigInt(storedAt.getTime()), 16)
  header.set(Buffer.from(digest, 'hex'), 24)
  header.writeUInt32LE(origin.length, 56)
  header.write(origin, originAt, 'latin1')
  header.writeUInt32LE(crc32(header.subarray(0, -4)), packHeaderLength - 4)
  return header
}

/** What a header says; `undefined` where the bytes are none: the end of a pack, or what a crash left there. */
export function decodePackHeader(bytes: Uint8Array): PackEntry | undefined {
  if (bytes.length < packHeaderLength) return undefined
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, packHeaderLength)
  if (!header.subarray(0, magic.length).equals(magic)) return undefined
  if (header.readUInt32LE(packHeaderLength - 4) !== crc32(header.subarray(0, -4))) return undefined
  return {
    length: Number(header.readBigUInt64LE(8)),
    storedAt: new Date(Number(header.readBigUInt64LE(16))),
    digest: header.toString('hex', 24, 56),
    origin: header.toString('latin1', originAt, originAt + Math.min(header.readUInt32LE(56), maxOrigin)),
  }
}

/** Where the first header begins that the bytes hold whole; -1 where they hold none. */
export function findPackHeader(bytes: Uint8Array): number {
  const searched = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = searched.indexOf(magic); at !== -1; at = searched.indexOf(magic, at + 1)) {
    if (decodePackHeader(bytes.subarray(at)) !== undefined) return at
  }
  return -1
}

/** Where the instance lies whose entry, header and all, lies at `location`. */
export function withinEntry({ key, offset, length }: ObjectLocation): ObjectLocation {
  return { key, offset: offset + packHeaderLength, length: length - packHeaderLength }
}
