import { AdapterError, type ByteRange } from '@sansfilm/core/adapters'
import type { ByteBudget } from './byte-budget.ts'
import type { OpenFile } from './open-files.ts'
import type { ReadBuffers } from './read-buffers.ts'

/** Bytes of an open file, read as they are pulled, once. Releases the file at the end, on failure, and when ended early. */
export class ObjectStream implements AsyncIterableIterator<Uint8Array> {
  readonly #file: OpenFile
  readonly #chunks: AsyncGenerator<Uint8Array>
  #started = false

  /** @param range lies within the file */
  constructor(file: OpenFile, range: ByteRange, budget: ByteBudget, buffers: ReadBuffers) {
    this.#file = file
    this.#chunks = readChunks(file, range, budget, buffers)
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
      this.#file.release()
    }
    return this.#chunks.return(undefined)
  }
}

async function* readChunks(
  file: OpenFile,
  range: ByteRange,
  budget: ByteBudget,
  buffers: ReadBuffers,
): AsyncGenerator<Uint8Array> {
  try {
    const end = range.offset + range.length
    for (let position = range.offset; position < end; ) {
      const size = budget.reserve()
      try {
        const wanted = Math.min(size, end - position)
        const buffer = buffers.take(wanted)
        const length = await file.read(buffer, position, wanted)
        if (length === 0) throw new AdapterError('unavailable', 'The object has become shorter while it was read')
        position += length
        yield buffers.lend(buffer, length)
      } finally {
        budget.release(size)
      }
    }
  } finally {
    file.release()
  }
}
