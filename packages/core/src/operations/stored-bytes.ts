import type { ByteRange, InstanceStorage, ObjectKey, ObjectLocation, StoredObject } from '../adapters/index.ts'
import { decodePackHeader, findPackHeader, type PackEntry, packHeaderLength } from '../studies-service/pack-entry.ts'

/** Bytes in storage that claim to be an instance. */
export interface StoredBytes {
  readonly location: ObjectLocation
  /** Of two versions of an instance, the greater is the later one. */
  readonly origin: ObjectKey
  readonly storedAt: Date
  /** The bytes, where they are at hand already. */
  readonly bytes?: Uint8Array
}

/** An object of its own. It says when it came by its key alone. */
export function wholeObject({ key, length, modified }: StoredObject): StoredBytes {
  return { location: { key, offset: 0, length }, origin: key, storedAt: modified }
}

/** An entry of a pack with the instance's bytes. */
export interface PackedBytes extends StoredBytes {
  readonly entry: PackEntry
  readonly bytes: Uint8Array
}

/**
 * The instances of a pack, in the order they lie in it, in one pass over the object. Where a header is damaged it goes on at the
 * next that is whole. Ends where none follows: what a crash left there was never acknowledged.
 * @param onDamage told of each piece that was passed over, before the instance behind it
 */
export async function* readPack(
  key: ObjectKey,
  storage: InstanceStorage,
  onDamage?: (range: ByteRange) => void,
): AsyncIterable<PackedBytes> {
  const reader = new ExactReader(await storage.get(key))
  try {
    for (let offset = 0; ; ) {
      const header = await reader.take(packHeaderLength)
      if (header === undefined) return
      const entry = decodePackHeader(header)
      if (entry === undefined) {
        const length = await reader.skipToHeader(header)
        if (length === undefined) return
        onDamage?.({ offset, length })
        offset += length
        continue
      }
      const bytes = await reader.take(entry.length)
      if (bytes === undefined) return
      offset += packHeaderLength
      const location = { key, offset, length: entry.length }
      yield { location, origin: entry.origin, storedAt: entry.storedAt, entry, bytes }
      offset += entry.length
    }
  } finally {
    await reader.close()
  }
}

/** What tells which of two versions is the later one, of an instance that has a row. */
export async function originOf({ key, offset }: ObjectLocation, storage: InstanceStorage): Promise<ObjectKey> {
  if (offset < packHeaderLength) return key
  const header = await storage.read(key, { offset: offset - packHeaderLength, length: packHeaderLength })
  return decodePackHeader(header)?.origin ?? key
}

/** Takes so many bytes at a time from a stream, whatever its chunks are. */
class ExactReader {
  readonly #chunks: AsyncIterator<Uint8Array>
  #left: Uint8Array = new Uint8Array(0)

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]()
  }

  /** The next `length` bytes, in memory of their own; `undefined` where fewer are left. */
  async take(length: number): Promise<Uint8Array | undefined> {
    // Nothing is set aside for a length that the bytes do not bear out.
    const pieces: Uint8Array[] = []
    for (let missing = length; missing > 0; ) {
      if (this.#left.length === 0) {
        const next = await this.#chunks.next()
        if (next.done === true) return undefined
        this.#left = next.value
      }
      const piece = this.#left.subarray(0, missing)
      this.#left = this.#left.subarray(piece.length)
      pieces.push(piece)
      missing -= piece.length
    }
    return Uint8Array.from(Buffer.concat(pieces))
  }

  /**
   * Goes on at the next whole header of a pack, holding no more than a chunk and the length of a header.
   * @param taken what was taken last, in which the search begins
   * @returns bytes from the beginning of `taken`; `undefined` where no header follows
   */
  async skipToHeader(taken: Uint8Array): Promise<number | undefined> {
    this.#left = Buffer.concat([taken, this.#left])
    for (let skipped = 0; ; ) {
      const at = findPackHeader(this.#left)
      if (at !== -1) {
        this.#left = this.#left.subarray(at)
        return skipped + at
      }
      const next = await this.#chunks.next()
      if (next.done === true) return undefined
      const passed = Math.max(0, this.#left.length - (packHeaderLength - 1)) // the rest may be the beginning of one
      skipped += passed
      this.#left = Buffer.concat([this.#left.subarray(passed), next.value])
    }
  }

  async close(): Promise<void> {
    await this.#chunks.return?.()
  }
}
