import { createHash } from 'node:crypto'
import type { InstanceStorage, StoredObject } from '@sansfilm/core/adapters'

/** Bytes without a pattern, the same for the same length and seed. */
export function makeBytes(length: number, seed = 1): Uint8Array {
  if (length === 0) return new Uint8Array(0)
  return createHash('shake128', { outputLength: length }).update(String(seed)).digest()
}

/** A source that uses the memory of a chunk again as soon as it is pulled, as sources may. */
export async function* inChunks(bytes: Uint8Array, size = 64 * 1024): AsyncGenerator<Uint8Array> {
  const memory = new Uint8Array(size)
  for (let start = 0; start < bytes.length; start += size) {
    const part = bytes.subarray(start, start + size)
    memory.set(part)
    yield memory.subarray(0, part.length)
    memory.fill(0)
  }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const collected: T[] = []
  for await (const item of items) collected.push(item)
  return collected
}

/** All bytes of a stream. Chunks are kept as they are until the end: their memory is the reader's. */
export async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return Buffer.concat(await collect(stream))
}

/** Whether two byte strings are equal; a failed comparison of megabytes must not be printed. */
export function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}

export async function keysOf(objects: AsyncIterable<StoredObject>): Promise<readonly string[]> {
  return (await collect(objects)).map(({ key }) => key)
}

export async function putAll(storage: InstanceStorage, keys: readonly string[], length = 10): Promise<void> {
  for (const key of keys) await storage.put(key, inChunks(makeBytes(length)))
}
