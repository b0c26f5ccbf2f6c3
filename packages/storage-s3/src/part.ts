import { createHash, type Hash } from 'node:crypto'
import type { PartBuffers } from './part-buffers.ts'

/** Enough for most slices, so that a small object takes little memory. */
const firstSize = 512 * 1024

/** Bytes on their way into the store: gathered and hashed as they come, in memory that grows with them up to a limit. */
export class Part {
  readonly #buffers: PartBuffers
  readonly #capacity: number
  readonly #hash: Hash = createHash('sha256')
  #buffer: Buffer
  #length = 0

  /** @param capacity bytes */
  constructor(buffers: PartBuffers, capacity: number) {
    this.#buffers = buffers
    this.#capacity = capacity
    this.#buffer = buffers.take(Math.min(firstSize, capacity))
  }

  get isFull(): boolean {
    return this.#length === this.#capacity
  }

  get capacity(): number {
    return this.#capacity
  }

  /** The bytes so far, until they are released. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  /** Copies as much of `chunk` as there is room for. @returns how much that was */
  append(chunk: Uint8Array): number {
    const taken =
      chunk.length > this.#capacity - this.#length ? chunk.subarray(0, this.#capacity - this.#length) : chunk
    const length = this.#length + taken.length
    if (length > this.#buffer.length) this.#grow(length)
    this.#buffer.set(taken, this.#length)
    this.#hash.update(taken)
    this.#length = length
    return taken.length
  }

  /** SHA-256 of the bytes; to be asked for once, at the end. */
  digest(): Buffer {
    return this.#hash.digest()
  }

  /** To be called once nobody will look at the bytes again. */
  release(): void {
    this.#buffers.give(this.#buffer)
  }

  #grow(length: number): void {
    let size = this.#buffer.length
    while (size < length) size *= 2
    const larger = this.#buffers.take(Math.min(size, this.#capacity))
    this.#buffer.copy(larger, 0, 0, this.#length)
    this.#buffers.give(this.#buffer)
    this.#buffer = larger
  }
}
