import { close, constants, fstat, open, read } from 'node:fs'
import { promisify } from 'node:util'
import { AdapterError } from '@sansfilm/core/adapters'
import { attempt, attemptToFind } from './failures.ts'

const openFile = promisify(open)
const lookAt = promisify(fstat)
const closeFile = promisify(close)

/** Files kept open beyond those that are read: a series, which viewers ask for slice by slice. */
const maxKept = 512

/** Files let go at a time, where there are too many: to wake a thread for each took a tenth of a frame of half a megabyte. */
const letGoAtOnce = 64

/** No file is kept open longer: one that another process has deleted holds its space for so long at most. */
const maxAgeMs = 2_000

/** Those that grow old within this time are let go together. */
const ageStepMs = 200

/** A file open for reading. Whoever has got it calls `release` once, and reads no more after it. */
export class OpenFile {
  readonly openedAt = performance.now()
  readonly #descriptor: Promise<number>
  #length: Promise<number> | undefined
  #users = 0
  #kept = true

  constructor(path: string) {
    this.#descriptor = attemptToFind('open the object', openFile(path, constants.O_RDONLY))
  }

  /** Counts one more user. @throws AdapterError `not-found` */
  async use(): Promise<this> {
    // Before it is open, so that nobody closes it meanwhile.
    this.#users++
    await this.#descriptor
    return this
  }

  /**
   * Bytes, or so many as there were lately where they are `enough`: an object that shared ones are added to grows.
   * @throws AdapterError `not-found` for a folder
   */
  async length(enough: number): Promise<number> {
    if (this.#length === undefined || (await this.#length) < enough) this.#length = this.#descriptor.then(lengthOf)
    return this.#length
  }

  /** One call: up to `length` bytes from `position` to the start of `buffer`. @returns how many; 0 at the end */
  async read(buffer: Uint8Array, position: number, length: number): Promise<number> {
    const descriptor = await this.#descriptor
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    read(descriptor, buffer, 0, length, position, (error, bytes) => (error ? reject(error) : resolve(bytes)))
    return attemptToFind('read the object', promise)
  }

  release(): void {
    this.#users--
    if (!this.#kept) void this.#closeUnused()
  }

  /** Keeps it open for those alone who use it; resolves when it is closed, where nobody does. */
  letGo(): Promise<void> {
    this.#kept = false
    return this.#closeUnused()
  }

  /** What was only read loses nothing when closing fails. */
  async #closeUnused(): Promise<void> {
    if (this.#users === 0) await this.#descriptor.then(closeFile).catch(() => undefined)
  }
}

async function lengthOf(descriptor: number): Promise<number> {
  const stats = await attempt('look at the object', lookAt(descriptor))
  if (!stats.isFile()) throw new AdapterError('not-found', 'The key names a folder')
  return stats.size
}

/**
 * Opens files, and keeps a few open for a moment: viewers ask for the frames of one object by the dozen, and to open and
 * close it costs as much as to read one. An object under its key never changes but by growing, so what is open is never out of date;
 * what is deleted here is let go at once.
 */
export class OpenFiles {
  /** By path, oldest first. */
  readonly #kept = new Map<string, OpenFile>()
  #timer: NodeJS.Timeout | undefined

  /** @throws AdapterError `not-found` */
  async use(path: string): Promise<OpenFile> {
    const file = this.#kept.get(path) ?? this.#keep(path, new OpenFile(path))
    try {
      return await file.use()
    } catch (error) {
      file.release()
      if (this.#kept.get(path) === file) void this.forget(path)
      throw error
    }
  }

  /** To be called when the file is removed. Resolves when it is closed, where nobody reads it. */
  async forget(path: string): Promise<void> {
    const file = this.#kept.get(path)
    this.#kept.delete(path)
    await file?.letGo()
  }

  async clear(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await Promise.all([...this.#kept.keys()].map((path) => this.forget(path)))
  }

  #keep(path: string, file: OpenFile): OpenFile {
    this.#kept.set(path, file)
    if (this.#kept.size > maxKept)
      for (const oldest of [...this.#kept.keys()].slice(0, letGoAtOnce)) void this.forget(oldest)
    this.#timer ??= setTimeout(() => this.#forgetOld(), maxAgeMs).unref()
    return file
  }

  #forgetOld(): void {
    this.#timer = undefined
    for (const [path, { openedAt }] of this.#kept) {
      const left = openedAt + maxAgeMs - performance.now()
      if (left > 0) {
        this.#timer = setTimeout(() => this.#forgetOld(), Math.max(left, ageStepMs)).unref()
        return
      }
      void this.forget(path)
    }
  }
}
