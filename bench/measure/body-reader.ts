/** Finds the end of a response body: by length, in chunks, or where the server closes (RFC 9112 §6.3). Counts what passes. */
export class BodyReader {
  /** Of the body on the wire, without the framing of chunks. */
  length = 0
  done = false
  readonly #chunked: boolean
  readonly #keep: boolean
  readonly #kept: Buffer[] = []
  /** Bytes that are left of the body, or of the chunk. */
  #left = 0
  #line = ''
  #lastChunk = false
  #betweenChunks = false

  constructor(status: number, headers: ReadonlyMap<string, string>, keep: boolean) {
    this.#keep = keep
    this.#chunked = headers.get('transfer-encoding')?.toLowerCase() === 'chunked'
    const empty = status === 204 || status === 304 || status < 200
    if (!this.#chunked) this.#left = empty ? 0 : Number(headers.get('content-length') ?? Number.POSITIVE_INFINITY)
    this.done = empty || (!this.#chunked && this.#left === 0)
  }

  take(bytes: Buffer): void {
    let at = 0
    while (at < bytes.length && !this.done) {
      if (this.#left > 0) {
        const end = Math.min(bytes.length, at + this.#left)
        this.#count(bytes.subarray(at, end))
        this.#left -= end - at
        at = end
        if (this.#left === 0) this.#end()
      } else {
        at = this.#takeLine(bytes, at)
      }
    }
  }

  /** The connection is closed. @returns whether that ends the body as it should */
  close(): boolean {
    this.done ||= this.#left === Number.POSITIVE_INFINITY
    return this.done
  }

  body(): Buffer {
    return Buffer.concat(this.#kept)
  }

  /** Of the body, or of a chunk: its line end follows. */
  #end(): void {
    if (this.#chunked) this.#betweenChunks = true
    else this.done = true
  }

  #count(bytes: Buffer): void {
    this.length += bytes.length
    // The socket reads into the same memory again.
    if (this.#keep) this.#kept.push(Buffer.from(bytes))
  }

  #takeLine(bytes: Buffer, from: number): number {
    const end = bytes.indexOf(10, from)
    this.#line += bytes.toString('latin1', from, end === -1 ? bytes.length : end)
    if (end === -1) return bytes.length
    const line = this.#line.trim()
    this.#line = ''
    if (this.#betweenChunks) this.#betweenChunks = false
    else if (this.#lastChunk) this.done = line === ''
    else {
      this.#left = Number.parseInt(line, 16)
      this.#lastChunk = this.#left === 0
    }
    return end + 1
  }
}
