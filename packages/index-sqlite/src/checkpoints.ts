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
  /** `gone` for good where it failed or could not start. */
  #worker: Worker | 'gone' | undefined
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
   * that no commit overtakes lets the log begin anew. The thread starts with the first commit, so that what it takes shows
   * from the beginning, and an index that is only read has none.
   */
  async runWhereDue(): Promise<void> {
    this.#worker ??= this.#start()
    const changes = this.#changes.get() ?? 0
    if (changes - this.#changesBefore < rowsBetween) return
    this.#changesBefore = changes
    if (this.#worker !== 'gone') await this.#run(this.#worker)
  }

  /** To be called when no commit is under way, before the database is closed: the last to close it tidies up. */
  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = 'gone'
    if (worker !== 'gone') await worker?.terminate()
  }

  #start(): Worker {
    const worker = new Worker(workerUrl, { workerData: { file: this.#file } })
    const giveUp = () => {
      if (this.#worker === 'gone') return
      this.#worker = 'gone'
      // SQLite does it, as it would by default.
      this.#database.pragma(`wal_autocheckpoint = ${defaultPages}`)
    }
    worker.on('error', giveUp).on('exit', giveUp).unref()
    return worker
  }

  /** Resolves when the thread has done it, or has ended. */
  #run(worker: Worker): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const settle = () => {
      worker.off('message', settle).off('exit', settle).unref()
      resolve()
    }
    // While it works somebody waits for it; between two checkpoints it keeps no process alive.
    worker.on('message', settle).on('exit', settle).ref()
    worker.postMessage(undefined)
    return promise
  }
}
