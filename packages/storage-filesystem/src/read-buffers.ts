const KiB = 1024

/** Shorter reads are cheap to allocate, longer ones rare. */
const smallest = 64 * KiB
const largest = 1024 * KiB

/** Of all idle buffers together. */
const maxIdleBytes = 16 * 1024 * KiB

/**
 * Memory that objects are read into, used again when it is given back. New memory costs a page fault for every 4 KB, and
 * the garbage collector's work on top: half a megabyte took 1.7 times the CPU. What is never given back is left to the
 * garbage collector, so nobody has to.
 */
export class ReadBuffers {
  /** The piece itself is the key: another view of its memory gives nothing back. */
  readonly #lent = new WeakMap<Uint8Array, Buffer>()
  readonly #idle: Buffer[] = []
  #idleBytes = 0

  /** Memory of at least `length` bytes, with anything in it. */
  take(length: number): Buffer {
    if (length < smallest || length > largest) return Buffer.allocUnsafeSlow(length)
    const size = sizeFor(length)
    const place = this.#idle.findLastIndex((buffer) => buffer.length === size)
    const [buffer] = place === -1 ? [] : this.#idle.splice(place, 1)
    if (buffer === undefined) return Buffer.allocUnsafeSlow(size)
    this.#idleBytes -= size
    return buffer
  }

  /** The first `length` bytes of memory that was taken, for a reader to keep or to give back. */
  lend(buffer: Buffer, length: number): Uint8Array {
    const piece = buffer.subarray(0, length)
    if (buffer.length >= smallest && buffer.length <= largest) this.#lent.set(piece, buffer)
    return piece
  }

  /** Takes back a piece that was lent, once. Anything else is let be. */
  reuse(piece: Uint8Array): void {
    const buffer = this.#lent.get(piece)
    if (buffer === undefined) return
    this.#lent.delete(piece)
    this.#idle.push(buffer)
    this.#idleBytes += buffer.length
    while (this.#idleBytes > maxIdleBytes) this.#idleBytes -= this.#idle.shift()?.length ?? 0
  }

  clear(): void {
    this.#idle.length = 0
    this.#idleBytes = 0
  }
}

/** Few sizes, so that what one read gives back fits the next: powers of two. */
function sizeFor(length: number): number {
  let size = smallest
  while (size < length) size *= 2
  return size
}
