import { type FileHandle, open, unlink } from 'node:fs/promises'
import { attempt } from './failures.ts'
import type { WriteBuffers } from './write-buffers.ts'

/**
 * A file that is being written, before it becomes an object. Gathers small chunks, and writes behind: while one buffer is
 * on its way to disk the next is filled.
 */
export class IncomingFile {
  readonly path: string
  readonly #buffers: WriteBuffers
  #handle: FileHandle | undefined
  #buffer: Buffer | undefined
  #filled = 0
  #length = 0
  #writing: Promise<void> | undefined

  constructor(path: string, buffers: WriteBuffers) {
    this.path = path
    this.#buffers = buffers
  }

  /** Takes the bytes over. Returns a promise only where it must wait for the disk; a failed write shows here or in `finish`. */
  append(chunk: Uint8Array): Promise<void> | undefined {
    this.#buffer ??= this.#buffers.take()
    const room = this.#buffer.length - this.#filled
    if (chunk.length > room) return this.#appendLarge(chunk)
    this.#buffer.set(chunk, this.#filled)
    this.#filled += chunk.length
    return undefined
  }

  async #appendLarge(chunk: Uint8Array): Promise<void> {
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
    const handle = await this.#open()
    await attempt('flush the object', handle.datasync())
    this.#handle = undefined
    await attempt('close the object', handle.close()) // network file systems report a full disk only now
    return this.#length
  }

  /** Removes the file, whatever has become of it. What cannot be removed now is left to `sweepUnfinished`. */
  async discard(): Promise<void> {
    await this.#writing?.catch(() => {})
    if (this.#buffer !== undefined) this.#buffers.give(this.#buffer)
    this.#buffer = undefined
    await this.#handle?.close().catch(() => {})
    this.#handle = undefined
    await unlink(this.path).catch(() => {})
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
      const handle = await this.#open()
      for (let written = 0; written < length; ) {
        const position = this.#length
        const { bytesWritten } = await attempt(
          'write the object',
          handle.write(buffer, written, length - written, position),
        )
        written += bytesWritten
        this.#length += bytesWritten
      }
    } finally {
      this.#buffers.give(buffer)
    }
  }

  async #open(): Promise<FileHandle> {
    this.#handle ??= await attempt('create the object', open(this.path, 'wx', 0o640))
    return this.#handle
  }
}
