const MiB = 1024 * 1024

/** Of all idle buffers together. */
const maxIdleBytes = 32 * MiB

/** Memory of parts, used again: new memory costs a page fault for every 4 KB, and the garbage collector's work on top. */
export class PartBuffers {
  readonly #idle: Buffer[] = []
  #idleBytes = 0

  /** Memory of `size` bytes, with anything in it. */
  take(size: number): Buffer {
    const place = this.#idle.findLastIndex((buffer) => buffer.length === size)
    const [buffer] = place === -1 ? [] : this.#idle.splice(place, 1)
    if (buffer === undefined) return Buffer.allocUnsafeSlow(size)
    this.#idleBytes -= size
    return buffer
  }

  /** Takes back memory that nobody looks at any more. */
  give(buffer: Buffer): void {
    this.#idle.push(buffer)
    this.#idleBytes += buffer.length
    while (this.#idleBytes > maxIdleBytes) this.#idleBytes -= this.#idle.shift()?.length ?? 0
  }

  clear(): void {
    this.#idle.length = 0
    this.#idleBytes = 0
  }
}
