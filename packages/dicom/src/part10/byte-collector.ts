/** Gathers bytes that come in pieces. Grows with what has come, never by what was announced. */
export class ByteCollector {
  #bytes = Buffer.alloc(0)
  #length = 0

  get length(): number {
    return this.#length
  }

  add(piece: Uint8Array): void {
    const needed = this.#length + piece.length
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2))
      larger.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = larger
    }
    this.#bytes.set(piece, this.#length)
    this.#length = needed
  }

  /** What has been gathered: a view, valid until the next call. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Forgets all, and gives memory back where it was much. */
  clear(): void {
    if (this.#bytes.length > 65_536) this.#bytes = Buffer.alloc(0)
    this.#length = 0
  }
}
