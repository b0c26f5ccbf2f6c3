import { close, fdatasync, ftruncate, open, writev } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { AdapterError } from '@sansfilm/core/adapters'
import type { DurableFolders } from './durable-folders.ts'
import { attempt, errorName } from './failures.ts'

const openFile = promisify(open)
const closeFile = promisify(close)
const flush = promisify(fdatasync)
const cutOff = promisify(ftruncate)

/** Buffers of one call, as POSIX bounds them (IOV_MAX). */
const maxBuffers = 1024

/** A folder may vanish again while the file is made, but not for ever. */
const maxAttempts = 5

/** A file that only grows. What a crash leaves after the last append that resolved may be anything. */
export class AppendedFile {
  readonly #descriptor: number
  readonly #named: Promise<void>
  #length = 0
  #appending: Promise<unknown> = Promise.resolve()

  private constructor(descriptor: number, named: Promise<void>) {
    this.#descriptor = descriptor
    this.#named = named
    named.catch(() => undefined) // seen by whoever appends
  }

  /** Makes the file; its name becomes durable with what is appended first. */
  static async create(path: string, folders: DurableFolders): Promise<AppendedFile> {
    const folder = dirname(path)
    for (let attempts = 1; ; attempts++) {
      try {
        await folders.ensure(folder)
        const descriptor = await attempt('create a pack', openFile(path, 'wx', 0o640))
        return new AppendedFile(descriptor, folders.sync(folder))
      } catch (error) {
        // The folder was empty, and a delete has removed it since it was last seen.
        const vanished = error instanceof AdapterError && errorName(error.cause) === 'ENOENT'
        if (!vanished || attempts === maxAttempts) throw error
        folders.forget(folder)
      }
    }
  }

  /** Bytes that are durable. */
  get length(): number {
    return this.#length
  }

  /**
   * Writes the parts after what is there, one call at a time. A file where this has failed is to be closed.
   * @param written called when the memory of the parts is not looked at any more
   * @returns where the first part lies, when every byte is on the medium
   */
  async append(parts: readonly Uint8Array[], written: () => void): Promise<number> {
    const appending = this.#append(parts, written)
    this.#appending = appending.catch(() => undefined)
    return appending
  }

  /** After what is under way. Nobody waits for it: what was appended is durable. */
  close(): void {
    void this.#appending.then(() => closeFile(this.#descriptor)).catch(() => undefined)
  }

  async #append(parts: readonly Uint8Array[], written: () => void): Promise<number> {
    const start = this.#length
    try {
      let end = start
      for (let rest = parts; rest.length > 0; ) {
        const bytes = await attempt('write to a pack', writeSome(this.#descriptor, rest.slice(0, maxBuffers), end))
        end += bytes
        rest = withoutFirst(rest, bytes)
      }
      written()
      await Promise.all([attempt('flush a pack', flush(this.#descriptor)), this.#named])
      this.#length = end
      return start
    } catch (error) {
      // Room for others, and nothing for whoever reads the pack from its start to wonder about.
      await cutOff(this.#descriptor, start).catch(() => undefined)
      throw error
    }
  }
}

/** One call. @returns how many bytes it has written */
function writeSome(descriptor: number, parts: readonly Uint8Array[], position: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  writev(descriptor, [...parts], position, (error, bytes) => (error ? reject(error) : resolve(bytes)))
  return promise
}

function withoutFirst(parts: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let left = bytes
  let index = 0
  for (; index < parts.length; index++) {
    const length = parts[index]?.length ?? 0
    if (left < length) break
    left -= length
  }
  const [first, ...others] = parts.slice(index)
  return first === undefined ? [] : [first.subarray(left), ...others]
}
