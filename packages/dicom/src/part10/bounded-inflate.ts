import { createInflateRaw, type InflateRaw } from 'node:zlib'
import { Part10Error } from './parsed-instance.ts'

/**
 * Inflates a data set (PS3.5 §A.5) piece by piece, and gives up as soon as more than `maxBytes` have come out: a bomb
 * costs no more than its first `maxBytes`.
 */
export class BoundedInflate {
  readonly #inflate: InflateRaw
  #failure: unknown

  constructor(maxBytes: number, onBytes: (bytes: Buffer) => void) {
    let inflated = 0
    this.#inflate = createInflateRaw({ chunkSize: 65_536 })
    this.#inflate.on('data', (bytes: Buffer) => {
      if (this.#failure !== undefined) return
      inflated += bytes.length
      try {
        if (inflated > maxBytes) {
          throw new Part10Error('too-large', `The deflated data set inflates to more than ${maxBytes} bytes`)
        }
        onBytes(bytes)
      } catch (error) {
        this.#fail(error)
      }
    })
    this.#inflate.on('error', (error: NodeJS.ErrnoException) => this.#fail(asPart10Error(error)))
  }

  /** Resolves when all that comes out of `bytes` has been handed on. */
  write(bytes: Uint8Array): Promise<void> {
    return this.#settle((done) => this.#inflate.write(bytes, done))
  }

  /** @throws Part10Error `truncated` where the stream is not complete */
  end(): Promise<void> {
    return this.#settle((done) => {
      this.#inflate.once('end', done)
      this.#inflate.end()
    })
  }

  destroy(): void {
    this.#inflate.destroy()
  }

  #settle(start: (done: (error?: unknown) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = () => {
        this.#inflate.off('close', finish)
        if (this.#failure === undefined) resolve()
        else reject(this.#failure)
      }
      if (this.#failure !== undefined) return finish()
      // A destroyed stream calls nobody back: its 'close' stands in.
      this.#inflate.once('close', finish)
      start(finish)
    })
  }

  #fail(error: unknown): void {
    this.#failure ??= error
    this.#inflate.destroy()
  }
}

function asPart10Error(error: NodeJS.ErrnoException): Error {
  if (error.code === 'Z_BUF_ERROR')
    return new Part10Error('truncated', 'The deflated data set ends early', { cause: error })
  if (error.code === 'Z_DATA_ERROR')
    return new Part10Error('malformed', 'The data set is not deflated', { cause: error })
  return error
}
