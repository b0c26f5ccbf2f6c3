import type { ByteRange } from '@sansfilm/core/adapters'
import { ByteBudget } from './byte-budget.ts'
import { ObjectStream } from './object-stream.ts'
import { type OpenFile, OpenFiles } from './open-files.ts'
import { ReadBuffers } from './read-buffers.ts'

const KiB = 1024

/** Reads objects by the path of their file. */
export class ObjectReader {
  readonly #budget = new ByteBudget({ total: 16 * KiB * KiB, largest: 512 * KiB, smallest: 64 * KiB })
  readonly #buffers = new ReadBuffers()
  readonly #files = new OpenFiles()

  /** A stream of the file or of `range`. What is small is read at once, so that no descriptor stays open. */
  async stream(path: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array>> {
    const file = await this.#files.use(path)
    try {
      const wanted = range ?? { offset: 0, length: Number.MAX_SAFE_INTEGER }
      const within = clamp(wanted, await file.length(wanted.offset + wanted.length))
      if (within.length > 64 * KiB) return new ObjectStream(file, within, this.#budget, this.#buffers)
      const bytes = await this.#readFully(file, within)
      file.release()
      return once(bytes)
    } catch (error) {
      file.release()
      throw error
    }
  }

  /** The bytes of `range`, fewer past the end. */
  async read(path: string, range: ByteRange): Promise<Uint8Array> {
    const file = await this.#files.use(path)
    try {
      // Only for large ranges is it worth asking how much of them there is.
      const within = range.length > 1024 * KiB ? clamp(range, await file.length(range.offset + range.length)) : range
      return await this.#readFully(file, within)
    } finally {
      file.release()
    }
  }

  /** Takes back what was read, for its memory to be used again. */
  reuse(bytes: Uint8Array): void {
    this.#buffers.reuse(bytes)
  }

  /** To be called when the file is removed. */
  forget(path: string): Promise<void> {
    return this.#files.forget(path)
  }

  /** Lets go of all that is held between reads. */
  async clear(): Promise<void> {
    this.#buffers.clear()
    await this.#files.clear()
  }

  async #readFully(file: OpenFile, { offset, length }: ByteRange): Promise<Uint8Array> {
    const buffer = this.#buffers.take(length)
    let filled = 0
    while (filled < length) {
      const bytes = await file.read(filled === 0 ? buffer : buffer.subarray(filled), offset + filled, length - filled)
      // A call may be cut short; only one that gives nothing tells the end.
      if (bytes === 0) break
      filled += bytes
    }
    return this.#buffers.lend(buffer, filled)
  }
}

function clamp({ offset, length }: ByteRange, total: number): ByteRange {
  return { offset, length: Math.max(Math.min(length, total - offset), 0) }
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  if (bytes.length > 0) yield bytes
}
