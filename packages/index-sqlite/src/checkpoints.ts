import { Worker } from 'node:worker_threads'
import type { Database, Statement } from 'better-sqlite3'

/** Rows that change between two checkpoints: a store changes about ten, in four or five pages. SQLite's measure is 1,000 pages. */
const rowsBetween = 2_048

/** Pages of a log that SQLite copies itself, within a commit: other processes may have written them. */
const backstopPages = 8_192

/** SQLite's default, for where no thread can be had. */
const defaultPages = 1_000

/** The compiled worker beside this file compiled, or the source beside the source. */
const workerUrl = new URL(`./checkpoint-worker${import.meta.url.slice(-3)}`, import.meta.url)

/**
 * Copies what stands in the write-ahead log into the database, in a thread of its own. SQLite would do it within a `COMMIT`,
 * where the event loop waits for two flushes and for a thousand pages: 10 to 100 ms in which nothing is answered.
 * @see https://sqlite.org/wal.html#ckpt
 */
export class Checkpoints {
  readonly #file: string
  readonly #database: Database
  #worker: Worker | undefined
  /** Rows that have changed since the connection was opened. */
  readonly #changes: Statement<[], number>
  #changesBefore: number

  /** @param database open on `file` */
  constructor(file: string, database: Database) {
    this.#file = file
    this.#database = database
    this.#changes = database.prepare<[], number>('SELECT total_changes()').pluck()
    this.#changesBefore = this.#changes.get() ?? 0
    database.pragma(`wal_autocheckpoint = ${backstopPages}`)
  }

  /**
   * To be called after a commit, and before the next: resolves at once, or when the checkpoint that was due is over. Only one
   * that no commit overtakes lets the log begin anew.
   */
  async runWhereDue(): Promise<void> {
    const changes = this.#changes.get() ?? 0
    if (changes - this.#changesBefore < rowsBetween) return
    this.#changesBefore = changes
    try {
      await this.#run()
    } catch {
      // The thread is gone. SQLite does it, as it would by default.
      this.#worker = undefined
      this.#database.pragma(`wal_autocheckpoint = ${defaultPages}`)
    }
  }

  /** To be called when no commit is under way, before the database is closed: the last to close it tidies up. */
  async close(): Promise<void> {
    await this.#worker?.terminate()
    this.#worker = undefined
  }

  #run(): Promise<void> {
    this.#worker ??= new Worker(workerUrl, { workerData: { file: this.#file } })
    const worker = this.#worker
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const settle = (error?: unknown) => {
      worker.off('message', done).off('error', settle).off('exit', settle).unref()
      error === undefined ? resolve() : reject(error)
    }
    const done = () => settle()
    // While it works somebody waits for it; between two checkpoints it keeps no process alive.
    worker.on('message', done).on('error', settle).on('exit', settle).ref()
    worker.postMessage(undefined)
    return promise
  }
}
