import type { ByteRange, InstanceStorage, ObjectKey } from '../../adapters/index.ts'

/** What lies between two pieces is read too, up to so many bytes: the headers of a pack, an instance left out. */
export const maxReadGap = 256 * 1024

/**
 * Reads pieces of objects one after the other. Where one follows the other, the object is read on as one stream: the
 * thousands of instances of a series take as many requests as they lie in objects, and one. Not for concurrent reads.
 */
export class RunReader {
  readonly #storage: InstanceStorage
  #key: ObjectKey | undefined
  /** Where in the object the last piece ended. */
  #end = 0
  #stream: AsyncIterator<Uint8Array> | undefined
  #left: Uint8Array = new Uint8Array(0)
  /** Whether pieces followed each other before: then those of the next object will, too. */
  #hadRun = false

  constructor(storage: InstanceStorage) {
    this.#storage = storage
  }

  /** The bytes of `range`, fewer past the end. @throws AdapterError */
  async read(key: ObjectKey, range: ByteRange): Promise<Uint8Array> {
    const gap = range.offset - this.#end
    const follows = key === this.#key && gap >= 0 && gap <= maxReadGap
    if (!follows) await this.close()
    const isRun = follows || (this.#hadRun && key !== this.#key)
    this.#hadRun = isRun
    this.#key = key
    if (!isRun) {
      this.#end = range.offset + range.length
      return this.#storage.read(key, range)
    }
    if (this.#stream === undefined) {
      const rest = { offset: range.offset, length: Number.MAX_SAFE_INTEGER - range.offset }
      this.#stream = (await this.#storage.get(key, rest))[Symbol.asyncIterator]()
    } else {
      await this.#take(gap, () => undefined)
    }
    this.#end = range.offset + range.length
    const bytes = Buffer.allocUnsafe(range.length)
    const filled = await this.#take(range.length, (piece, at) => bytes.set(piece, at))
    return bytes.subarray(0, filled)
  }

  /** Leaves the stream that is open. */
  async close(): Promise<void> {
    const stream = this.#stream
    this.#stream = undefined
    this.#left = new Uint8Array(0)
    await stream?.return?.()
  }

  /** @returns how many of the next `length` bytes there were */
  async #take(length: number, use: (piece: Uint8Array, at: number) => void): Promise<number> {
    let taken = 0
    while (taken < length) {
      if (this.#left.length === 0) {
        const next = await this.#stream?.next()
        if (next === undefined || next.done === true) break
        this.#left = next.value
      }
      const piece = this.#left.subarray(0, length - taken)
      use(piece, taken)
      taken += piece.length
      this.#left = this.#left.subarray(piece.length)
    }
    return taken
  }
}
