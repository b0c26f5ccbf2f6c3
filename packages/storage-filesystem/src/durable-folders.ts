import { closeSync, fsync, fsyncSync, mkdirSync, openSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { attempt, errorName } from './failures.ts'

const flush = promisify(fsync)

/** For the service's own account and its group: patients' data. */
const mode = 0o750

/** Windows does not open folders; NTFS journals their entries. */
const cannotSync = process.platform === 'win32'

/** A few days' worth of folders; those forgotten cost one more fsync. */
const maxKnown = 1024

/** Makes a folder and those above it, and makes their names survive power loss. */
export function makeFolderSync(folder: string): void {
  const topmost = mkdirSync(folder, { recursive: true, mode })
  if (topmost === undefined || cannotSync) return
  for (let made = folder; made.length >= topmost.length; made = dirname(made)) {
    const parent = openSync(dirname(made), 'r')
    fsyncSync(parent)
    closeSync(parent)
  }
}

interface FolderSync {
  readonly current: Promise<void>
  next?: Promise<void>
}

/** Folders whose own entries survive power loss, and the fsyncs that make it so, shared by concurrent puts. */
export class DurableFolders {
  readonly #root: string
  readonly #known = new Map<string, Promise<void>>()
  readonly #syncs = new Map<string, FolderSync>()

  /** @param root exists */
  constructor(root: string) {
    this.#root = root
  }

  /** Makes the folder and those above it, below the root. */
  ensure(folder: string): Promise<void> {
    const known = this.#known.get(folder)
    if (known !== undefined) return known
    const made = this.#make(folder)
    this.#known.set(folder, made)
    made.catch(() => this.#known.delete(folder))
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= maxKnown) break
      this.#known.delete(oldest)
    }
    return made
  }

  /** For folders that may have been removed: `ensure` looks at them anew. */
  forget(folder: string): void {
    for (let path = folder; path !== this.#root && path !== dirname(path); path = dirname(path)) {
      this.#known.delete(path)
    }
  }

  /** Makes what was renamed or created in the folder before this call survive power loss. */
  sync(folder: string): Promise<void> {
    const running = this.#syncs.get(folder)
    if (running === undefined) return this.#startSync(folder)
    // The one that runs may have begun before the caller's rename. All who come meanwhile share the one after it.
    running.next ??= running.current.catch(() => {}).then(() => this.#startSync(folder))
    return running.next
  }

  #startSync(folder: string): Promise<void> {
    const current = syncFolder(folder).finally(() => {
      if (this.#syncs.get(folder)?.current === current) this.#syncs.delete(folder)
    })
    this.#syncs.set(folder, { current })
    return current
  }

  async #make(folder: string): Promise<void> {
    if (folder === this.#root) return
    const parent = dirname(folder)
    await this.ensure(parent)
    // What exists may have been made a moment before the power failed, or by another process that has not synced it yet.
    await attempt('make a folder', mkdir(folder, mode).catch(ignoreExisting))
    await this.sync(parent)
  }
}

function ignoreExisting(error: unknown): void {
  if (errorName(error) !== 'EEXIST') throw error
}

/** The system has the folder at hand, since something in it has just changed: opening and closing it wait for nothing. */
async function syncFolder(folder: string): Promise<void> {
  if (cannotSync) return
  const descriptor = await attempt('open a folder', openAtHand(folder))
  try {
    await attempt('flush a folder', flush(descriptor))
  } finally {
    closeSync(descriptor)
  }
}

async function openAtHand(folder: string): Promise<number> {
  return openSync(folder, 'r')
}
