import { closeSync, fdatasync, fsyncSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { AdapterError } from '@sansfilm/core/adapters'

/** Windows does not open folders; NTFS journals their entries. */
const cannotSyncFolders = process.platform === 'win32'

/**
 * Makes what was committed survive power loss. SQLite would flush its write-ahead log within `COMMIT`, while the thread
 * waits for the disk; here a thread of the pool waits. A commit is an append to the log, and SQLite itself flushes the log
 * before anything of it goes to the database, so that a flush after the commit gives what `synchronous = FULL` gives.
 * @see https://sqlite.org/pragma.html#pragma_synchronous
 */
export class WriteAheadLog {
  readonly #descriptor: number
  #failure: unknown

  /**
   * @param database its path. It is open: as long as it is, the log is the same file
   * @throws the file system's error
   */
  constructor(database: string) {
    // A second descriptor: SQLite has no locks on this file that closing it could let go. Windows flushes only what may be written.
    this.#descriptor = openSync(`${database}-wal`, 'r+')
    try {
      fsyncSync(this.#descriptor)
      if (!cannotSyncFolders) syncFolder(dirname(database))
    } catch (error) {
      closeSync(this.#descriptor)
      throw error
    }
  }

  /**
   * Resolves when all that was committed before the call is on the disk.
   * @throws AdapterError `unavailable`, from the first failure on: what the system has once failed to write it takes for
   *   written the next time, and later commits would stand behind a gap
   */
  async flush(): Promise<void> {
    this.assertWhole()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    fdatasync(this.#descriptor, (error) => (error === null ? resolve() : reject(error)))
    try {
      await promise
    } catch (error) {
      this.#failure = error
      this.assertWhole()
    }
  }

  /** @throws AdapterError `unavailable` where a flush has failed */
  assertWhole(): void {
    if (this.#failure === undefined) return
    throw new AdapterError(
      'unavailable',
      'The index could not be flushed; it takes no changes until it is opened again',
      {
        cause: this.#failure,
      },
    )
  }

  /** To be called before the database is closed. */
  close(): void {
    closeSync(this.#descriptor)
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
