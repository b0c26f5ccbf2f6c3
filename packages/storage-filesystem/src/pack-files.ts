import type { ObjectKey, ObjectLocation, Pack } from '@sansfilm/core/adapters'
import { AppendedFile } from './appended-file.ts'
import type { DurableFolders } from './durable-folders.ts'

const MiB = 1024 * 1024

/** No piece is added to a longer file. */
const maxFileLength = 128 * MiB

/** Nor to an older one: who looks for what nobody refers to passes over what is younger. */
const maxAgeMs = 10_000

/** A file too old that is being written is looked at again so much later. */
const retryMs = 1_000

/** Pieces of one request that may wait: as many as profit from one flush. */
const maxWaiting = 64

/** Bytes that are written and flushed together, more or less. */
const batchLength = 8 * MiB

interface WaitingPiece {
  readonly parts: readonly Uint8Array[]
  readonly length: number
  readonly release: () => void
  readonly resolve: (location: ObjectLocation) => void
  readonly reject: (error: unknown) => void
}

/**
 * Files that small pieces are appended to, one for each group: all requests that are under way share its flushes, where a
 * file for each piece takes one for its bytes and one for its name.
 */
export class PackFiles {
  readonly #groups = new Map<string, PackFile>()
  readonly #pathOf: (key: ObjectKey) => string
  readonly #folders: DurableFolders

  constructor(pathOf: (key: ObjectKey) => string, folders: DurableFolders) {
    this.#pathOf = pathOf
    this.#folders = folders
  }

  open(group: string, newKey: () => ObjectKey): Pack {
    const file = this.#groups.get(group) ?? new PackFile(this.#pathOf, this.#folders)
    this.#groups.set(group, file)
    return {
      maxWaiting,
      append: (parts, release) => file.append(parts, release, newKey),
      flush() {}, // nothing waits for more
    }
  }

  /** To be called when an object is removed: no more is added to it. */
  forget(key: ObjectKey): void {
    for (const file of this.#groups.values()) file.forget(key)
  }

  /** Resolves when what was appended is durable, or has failed, and no file is open. */
  async close(): Promise<void> {
    await Promise.all([...this.#groups.values()].map((file) => file.close()))
  }
}

/** The file of one group, or one after the other. */
class PackFile {
  readonly #pathOf: (key: ObjectKey) => string
  readonly #folders: DurableFolders
  #waiting: WaitingPiece[] = []
  #writing: Promise<void> | undefined
  #current: { readonly key: ObjectKey; readonly file: AppendedFile; readonly openedAt: number } | undefined
  #idle: NodeJS.Timeout | undefined

  constructor(pathOf: (key: ObjectKey) => string, folders: DurableFolders) {
    this.#pathOf = pathOf
    this.#folders = folders
  }

  append(parts: readonly Uint8Array[], release: () => void, newKey: () => ObjectKey): Promise<ObjectLocation> {
    const { promise, resolve, reject } = Promise.withResolvers<ObjectLocation>()
    const length = parts.reduce((sum, part) => sum + part.length, 0)
    this.#waiting.push({ parts, length, release, resolve, reject })
    this.#writing ??= this.#writeWaiting(newKey)
    return promise
  }

  forget(key: ObjectKey): void {
    if (this.#current?.key === key) this.#letGo()
  }

  async close(): Promise<void> {
    await this.#writing
    this.#letGo()
  }

  /** What comes while one batch is flushed makes the next. Never rejects: each piece gets its own answer. */
  async #writeWaiting(newKey: () => ObjectKey): Promise<void> {
    while (this.#waiting.length > 0) await this.#writeBatch(this.#takeBatch(), newKey)
    this.#writing = undefined // in the same turn: what comes next begins anew
  }

  #takeBatch(): readonly WaitingPiece[] {
    let count = 0
    for (let length = 0; count < this.#waiting.length && length < batchLength; count++) {
      length += this.#waiting[count]?.length ?? 0
    }
    return this.#waiting.splice(0, count)
  }

  async #writeBatch(batch: readonly WaitingPiece[], newKey: () => ObjectKey): Promise<void> {
    const release = once(() => {
      for (const piece of batch) piece.release()
    })
    try {
      const { key, file } = await this.#openCurrent(newKey)
      let offset = await file.append(
        batch.flatMap(({ parts }) => parts),
        release,
      )
      for (const { length, resolve } of batch) {
        resolve({ key, offset, length })
        offset += length
      }
    } catch (error) {
      // What may have been written of it is nobody's: the file takes no more.
      this.#letGo()
      for (const { reject } of batch) reject(error)
    } finally {
      release()
    }
  }

  async #openCurrent(newKey: () => ObjectKey) {
    const { openedAt = 0, file } = this.#current ?? {}
    if (file === undefined || performance.now() - openedAt > maxAgeMs || file.length > maxFileLength) {
      this.#letGo()
      const key = newKey()
      // Before it is there, so that it is never taken for younger than it is.
      const openedAt = performance.now()
      this.#current = { key, file: await AppendedFile.create(this.#pathOf(key), this.#folders), openedAt }
      this.#letGoWhenOld(maxAgeMs)
    }
    if (this.#current === undefined) throw new Error('A pack was let go while it was opened')
    return this.#current
  }

  /** Also where nothing comes any more; not under a batch that is being written. */
  #letGoWhenOld(afterMs: number): void {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => {
      if (this.#writing === undefined) this.#letGo()
      else this.#letGoWhenOld(retryMs)
    }, afterMs).unref()
  }

  #letGo(): void {
    clearTimeout(this.#idle)
    this.#current?.file.close()
    this.#current = undefined
  }
}

function once(action: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    action()
  }
}
