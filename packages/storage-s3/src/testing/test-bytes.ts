import { createHash } from 'node:crypto'

export const MiB = 1024 * 1024

/** Bytes without a pattern. */
export function makeBytes(length: number): Buffer {
  return length === 0 ? Buffer.alloc(0) : createHash('shake128', { outputLength: length }).update('s3').digest()
}

/** A source that runs `between` before each of its chunks, with the bytes given so far. */
export async function* inChunks(
  bytes: Uint8Array,
  between: (given: number) => unknown = () => undefined,
): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 256 * 1024) {
    await between(start)
    yield bytes.subarray(start, start + 256 * 1024)
  }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = []
  for await (const item of items) collected.push(item)
  return collected
}
