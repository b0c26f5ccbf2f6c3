import type { FileHandle } from 'node:fs/promises'
import { AdapterError, type ByteRange } from '@sansfilm/core/adapters'
import type { ByteBudget } from './byte-budget.ts'
import { attemptToFind } from './failures.ts'

/** Bytes of an open file, read as they are pulled, once. Closes the file at the end, on failure, and when ended early. */
export class ObjectStream implements AsyncIterableIterator<Uint8Array> {
  readonly #handle: FileHandle
  readonly #chunks: AsyncGenerator<Uint8Array>
  #started = false

  /** @param range lies within the file */
  constructor(handle: FileHandle, range: ByteRange, budget: ByteBudget) {
    this.#handle = handle
    this.#chunks = readChunks(handle, range, budget)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    this.#started = true
    return this.#chunks.next()
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    // A generator that never ran does not run its `finally` either.
    if (!this.#started) {
      this.#started = true
      await this.#handle.close()
    }
    return this.#chunks.return(undefined)
  }
}

async function* readChunks(handle: FileHandle, range: ByteRange, budget: ByteBudget): AsyncGenerator<Uint8Array> {
  try {
    const end = range.offset + range.length
    for (let position = range.offset; position < end; ) {
      const size = budget.reserve()
      try {
        const chunk = await readAt(handle, position, Math.min(size, end - position))
        if (chunk.length === 0) throw new AdapterError('unavailable', 'The object has become shorter while it was read')
        position += chunk.length
        yield chunk
      } finally {
        budget.release(size)
      }
    }
  } finally {
    await handle.close()
  }
}

/** One read: up to `length` bytes from `position`, none past the end. The memory is new, for the reader to keep. */
export async function readAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(length)
  const { bytesRead } = await attemptToFind('read the object', handle.read(buffer, 0, length, position))
  return bytesRead === length ? buffer : buffer.subarray(0, bytesRead)
}
