import {
  AdapterError,
  assertObjectKey,
  type ByteRange,
  type InstanceStorage,
  type ObjectKey,
  type Pack,
} from '@sansfilm/core/adapters'

/** Options of `memoryStorage`. */
export interface MemoryStorageOptions {
  /** Bytes of all objects together; one that does not fit is refused as `out-of-resources`. Default: no limit. */
  readonly maxBytes?: number
  /**
   * Small pieces share objects, as in storages where that saves something: pieces are gathered until `flush`, or until there
   * are so many. Default: each has its own.
   */
  readonly packs?: { readonly maxWaiting: number }
}

interface MemoryObject {
  readonly bytes: Uint8Array
  readonly modified: Date
}

/** Bytes of one chunk of a stream. */
const chunkLength = 256 * 1024

/**
 * Keeps objects in memory, for trying out and for tests: the reference that other storages are measured against.
 * @example const storage = memoryStorage()
 */
export function memoryStorage({
  maxBytes = Number.POSITIVE_INFINITY,
  packs,
}: MemoryStorageOptions = {}): InstanceStorage {
  const objects = new Map<string, MemoryObject>()
  let used = 0

  const find = (key: string): Uint8Array => {
    assertObjectKey(key)
    const found = objects.get(key)
    if (found === undefined) throw new AdapterError('not-found', 'There is no such object')
    return found.bytes
  }

  const remove = (key: string): void => {
    used -= objects.get(key)?.bytes.length ?? 0
    objects.delete(key)
  }

  const put: InstanceStorage['put'] = async (key, source) => {
    assertObjectKey(key)
    const bytes = await gather(source, () => maxBytes - used)
    remove(key)
    objects.set(key, { bytes, modified: new Date() })
    used += bytes.length
    return { length: bytes.length }
  }

  return {
    put,

    ...(packs !== undefined && { openPack: (_group, newKey) => gatheringPack(packs.maxWaiting, newKey, put) }),

    async get(key, range) {
      const bytes = find(key)
      return chunksOf(range === undefined ? bytes : within(bytes, range))
    },

    async read(key, range) {
      return within(find(key), range).slice() // the reader may do with it as it likes
    },

    async delete(key) {
      assertObjectKey(key)
      remove(key)
    },

    async *list(prefix = '') {
      for (const key of [...objects.keys()].filter((key) => key.startsWith(prefix)).sort()) {
        const found = objects.get(key)
        if (found !== undefined) yield { key, length: found.bytes.length, modified: found.modified }
      }
    },

    async sweepUnfinished() {
      return { removed: 0 } // an unfinished put has left nothing: its bytes were its own
    },

    async check() {
      if (used >= maxBytes) throw new AdapterError('out-of-resources', 'The memory storage is full')
    },

    async close() {
      objects.clear()
      used = 0
    },
  }
}

/** Puts the pieces that have come as one object when it is told that no more come. */
function gatheringPack(maxWaiting: number, newKey: () => ObjectKey, put: InstanceStorage['put']): Pack {
  let waiting: Uint8Array[] = []
  let flushed = Promise.withResolvers<ObjectKey>()
  return {
    maxWaiting,
    async append(parts, release) {
      const bytes = Uint8Array.from(Buffer.concat(parts))
      release()
      const offset = waiting.reduce((sum, piece) => sum + piece.length, 0)
      waiting.push(bytes)
      return { key: await flushed.promise, offset, length: bytes.length }
    },
    flush() {
      if (waiting.length === 0) return
      const pieces = waiting
      const { resolve, reject } = flushed
      waiting = []
      flushed = Promise.withResolvers()
      const key = newKey()
      put(key, pulled(pieces)).then(() => resolve(key), reject)
    },
  }
}

async function* pulled(pieces: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* pieces
}

/** Copies the chunks, for a source may use their memory again. */
async function gather(source: AsyncIterable<Uint8Array>, room: () => number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of source) {
    length += chunk.length
    if (length > room()) throw new AdapterError('out-of-resources', 'The memory storage is full')
    chunks.push(new Uint8Array(chunk)) // not `slice`: that of a Buffer shares its memory
  }
  const bytes = new Uint8Array(length)
  let filled = 0
  for (const chunk of chunks) {
    bytes.set(chunk, filled)
    filled += chunk.length
  }
  return bytes
}

function within(bytes: Uint8Array, { offset, length }: ByteRange): Uint8Array {
  if (!(Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0)) {
    throw new RangeError(`Not a range of bytes: ${length} from ${offset}`)
  }
  return bytes.subarray(offset, offset + length)
}

async function* chunksOf(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += chunkLength) yield bytes.slice(start, start + chunkLength)
}
