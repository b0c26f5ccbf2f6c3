import { close, closeSync, fdatasync, open, unlink, write } from 'node:fs'
import { promisify } from 'node:util'
import { attempt } from './failures.ts'
import type { WriteBuffers } from './write-buffers.ts'

const openFile = promisify(open)
const flush = promisify(fdatasync)
const closeFile = promisify(close)
const removeFile = promisify(unlink)

/**
 * A file that is being written, before it becomes an object. Gathers small chunks, and writes behind: while one buffer is
 * on its way to disk the next is filled.
 */
export class IncomingFile {
  readonly path: string
  readonly #buffers: WriteBuffers
  #descriptor: number | undefined
  #buffer: Buffer | undefined
  #filled = 0
  /** Until more has come than a small buffer holds. */
  #isSmall = true
  #length = 0
  #writing: Promise<void> | undefined

  constructor(path: string, buffers: WriteBuffers) {
    this.path = path
    this.#buffers = buffers
  }

  /** Takes the bytes over. Returns a promise only where it must wait for the disk; a failed write shows here or in `finish`. */
  append(chunk: Uint8Array): Promise<void> | undefined {
    this.#buffer ??= this.#buffers.takeSmall()
    if (chunk.length > this.#buffer.length - this.#filled) return this.#appendLarge(chunk)
    this.#buffer.set(chunk, this.#filled)
    this.#filled += chunk.length
    return undefined
  }

  async #appendLarge(chunk: Uint8Array): Promise<void> {
    this.#leaveSmallBuffer()
    for (let taken = 0; taken < chunk.length; ) {
      this.#buffer ??= this.#buffers.take()
      const part = chunk.subarray(taken, taken + this.#buffer.length - this.#filled)
      this.#buffer.set(part, this.#filled)
      this.#filled += part.length
      taken += part.length
      if (this.#filled === this.#buffer.length) await this.#startWriting()
    }
  }

  /** @returns the length, when every byte is on the medium */
  async finish(): Promise<number> {
    await this.#startWriting()
    await this.#writing
    const descriptor = await this.#open()
    await attempt('flush the object', flush(descriptor))
    this.#descriptor = undefined
    await attempt('close the object', closeFlushed(descriptor))
    return this.#length
  }

  /** Removes the file, whatever has become of it. What cannot be removed now is left to `sweepUnfinished`. */
  async discard(): Promise<void> {
    await this.#writing?.catch(() => {})
    if (this.#buffer !== undefined) this.#buffers.give(this.#buffer)
    this.#buffer = undefined
    if (this.#descriptor !== undefined) await closeFile(this.#descriptor).catch(() => {})
    this.#descriptor = undefined
    await removeFile(this.path).catch(() => {})
  }

  /** Copies what has come so far: less than another call to write it takes. */
  #leaveSmallBuffer(): void {
    if (!this.#isSmall) return
    this.#isSmall = false
    const small = this.#buffer
    if (small === undefined) return
    this.#buffer = this.#buffers.take()
    this.#buffer.set(small.subarray(0, this.#filled))
    this.#buffers.give(small)
  }

  async #startWriting(): Promise<void> {
    await this.#writing
    if (this.#buffer === undefined) return
    this.#writing = this.#write(this.#buffer, this.#filled)
    this.#writing.catch(() => {}) // seen by whoever awaits it next
    this.#buffer = undefined
    this.#filled = 0
  }

  async #write(buffer: Buffer, length: number): Promise<void> {
    try {
      const descriptor = await this.#open()
      for (let written = 0; written < length; ) {
        const bytes = await attempt(
          'write the object',
          writeSome(descriptor, buffer, written, length - written, this.#length),
        )
        written += bytes
        this.#length += bytes
      }
    } finally {
      this.#buffers.give(buffer)
    }
  }

  async #open(): Promise<number> {
    this.#descriptor ??= await attempt('create the object', openFile(this.path, 'wx', 0o640))
    return this.#descriptor
  }
}

/** Nothing is left to be written: it takes no time, and to have the thread pool do it would take some. */
async function closeFlushed(descriptor: number): Promise<void> {
  closeSync(descriptor)
}

/** One call. @returns how many bytes it has written */
function writeSome(
  descriptor: number,
  buffer: Buffer,
  offset: number,
  length: number,
  position: number,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  write(descriptor, buffer, offset, length, position, (error, bytes) => (error ? reject(error) : resolve(bytes)))
  return promise
}
