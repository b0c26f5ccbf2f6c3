import type { InstanceStorage, ObjectKey, ObjectLocation, StoredObject } from '../adapters/index.ts'
import { decodePackHeader, type PackEntry, packHeaderLength } from '../studies-service/pack-entry.ts'

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
 * The instances of a pack, in the order they lie in it, in one pass over the object. Ends where no whole entry follows: what a
 * crash left there was never acknowledged.
 */
export async function* readPack(key: ObjectKey, storage: InstanceStorage): AsyncIterable<PackedBytes> {
  const reader = new ExactReader(await storage.get(key))
  try {
    for (let offset = 0; ; ) {
      const entry = decodePackHeader((await reader.take(packHeaderLength)) ?? new Uint8Array(0))
      const bytes = entry && (await reader.take(entry.length))
      if (entry === undefined || bytes === undefined) return
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

  async close(): Promise<void> {
    await this.#chunks.return?.()
  }
}
