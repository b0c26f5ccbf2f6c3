import { AdapterError } from '@sansfilm/core/adapters'
import Database from 'better-sqlite3'
import { migrations } from './schema.ts'

/** Where the database lies, and how large it may grow. */
export interface SqliteIndexOptions {
  /** Path of the database; two files beside it have `-wal` and `-shm` at their end. Its folder exists. */
  readonly file: string
  /** Bytes the database may grow to; unlimited by default. Beyond them a store is refused as `out-of-resources`. */
  readonly maxBytes?: number
}

/** Another process may hold the write lock so long before a write fails; this thread waits meanwhile. */
const lockTimeoutMs = 2_000

/** Pages held: a search looks at keys all over their tables, and a page read again costs more than the look itself. */
const cacheKiB = 64 * 1024

/**
 * Opens the database and brings its schema up to date. A commit is on the disk when the log has been flushed after it.
 * @throws Error where a newer version has made the file
 */
export function openDatabase({ file, maxBytes }: SqliteIndexOptions): Database.Database {
  const db = new Database(file, { timeout: lockTimeoutMs })
  try {
    db.pragma('journal_mode = WAL')
    // It flushes the log before a checkpoint, but not after a commit: `WriteAheadLog` does that.
    db.pragma('synchronous = NORMAL')
    if (db.pragma('synchronous', { simple: true }) !== 1) throw new Error('SQLite does not flush its log')
    db.pragma('foreign_keys = ON')
    db.pragma(`cache_size = -${cacheKiB}`)
    if (maxBytes !== undefined) {
      db.pragma(`max_page_count = ${Math.floor(maxBytes / Number(db.pragma('page_size', { simple: true })))}`)
    }
    migrate(db)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function migrate(db: Database.Database): void {
  const step = db.transaction(() => {
    const taken = Number(db.pragma('user_version', { simple: true }))
    if (taken > migrations.length) {
      throw new AdapterError('unavailable', `The index has schema ${taken}; this version knows ${migrations.length}`)
    }
    for (const migration of migrations.slice(taken)) db.exec(migration)
    // From a clock, so that revisions do not repeat those of an index that was lost and built again, or of the time after a
    // backup that was restored: what is kept under them outlives the process.
    const first = Date.now() * 1_000
    db.prepare(
      `INSERT INTO archive (name, value) VALUES ('revision', ?) ON CONFLICT DO UPDATE SET value = max(value, excluded.value)`,
    ).run(first)
    db.pragma(`user_version = ${migrations.length}`)
  })
  step.immediate()
}
