import { AdapterError } from '@sansfilm/core/adapters'

/** Faults of our own statements rather than of the database or the disk. */
const bugs = /^SQLITE_(ERROR|CONSTRAINT|MISMATCH|MISUSE|RANGE|TOOBIG)/

/** What callers of an adapter are told; a bug stays what it is. */
export function adapterErrorOf(error: unknown): unknown {
  const code = sqliteCodeOf(error)
  if (code === undefined || bugs.test(code)) return error
  return code === 'SQLITE_FULL'
    ? new AdapterError('out-of-resources', 'There is no room for the index', { cause: error })
    : new AdapterError('unavailable', `The index cannot be reached (${code})`, { cause: error })
}

/** Whether the failure of one statement leaves the transaction as it was, so that others in it can go on. */
export function isHarmless(error: unknown): boolean {
  const code = sqliteCodeOf(error)
  return code === undefined || bugs.test(code)
}

/** Runs `read`, its failures as adapters report them. */
export function guarded<Result>(read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    throw adapterErrorOf(error)
  }
}

/** By its code, since the native part of better-sqlite3 knows one class of error where a program may have several. */
function sqliteCodeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' && error.code.startsWith('SQLITE_') ? error.code : undefined
}
