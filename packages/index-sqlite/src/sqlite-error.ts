import { AdapterError } from '@sansfilm/core/adapters'
import Database from 'better-sqlite3'

/** Faults of our own statements rather than of the database or the disk. */
const bugs = /^SQLITE_(ERROR|CONSTRAINT|MISMATCH|MISUSE|RANGE|TOOBIG)/

/** What callers of an adapter are told; a bug stays what it is. */
export function adapterErrorOf(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError) || bugs.test(error.code)) return error
  return error.code === 'SQLITE_FULL'
    ? new AdapterError('out-of-resources', 'There is no room for the index', { cause: error })
    : new AdapterError('unavailable', `The index cannot be reached (${error.code})`, { cause: error })
}

/** Whether the failure of one statement leaves the transaction as it was, so that others in it can go on. */
export function isHarmless(error: unknown): boolean {
  return !(error instanceof Database.SqliteError) || bugs.test(error.code)
}

/** Runs `read`, its failures as adapters report them. */
export function guarded<Result>(read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    throw adapterErrorOf(error)
  }
}
