import { AdapterError, type AdapterErrorCode } from '@sansfilm/core/adapters'

/** No room, or no more of it for this user or for a file of this size. Everything else may pass: `unavailable`. */
const outOfResources = ['ENOSPC', 'EDQUOT', 'EFBIG']

/** Nothing there; a segment of the key names a file; the key names a folder. */
export const absent = ['ENOENT', 'ENOTDIR', 'EISDIR'] as const

/** The error number's name (`ENOSPC`) of what a call of the file system threw; `undefined` for any other error. */
export function errorName(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('errno' in error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/**
 * Awaits one call of the file system and makes what it throws an `AdapterError`.
 * @param what completes the sentence "Cannot …"
 */
export async function attempt<T>(what: string, call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (error) {
    throw adapterError(what, error)
  }
}

/** As `attempt`, for calls that look for an object: `not-found` where there is none. */
export async function attemptToFind<T>(what: string, call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (error) {
    if (!isNamed(absent, error)) throw adapterError(what, error)
    throw new AdapterError('not-found', 'There is no such object', { cause: error })
  }
}

function adapterError(what: string, error: unknown): unknown {
  const name = errorName(error)
  if (name === undefined) return error
  const code: AdapterErrorCode = outOfResources.includes(name) ? 'out-of-resources' : 'unavailable'
  return new AdapterError(code, `Cannot ${what} (${name})`, { cause: error })
}

function isNamed(names: readonly string[], error: unknown): boolean {
  return names.includes(errorName(error) ?? '')
}

/** Awaits a call, and takes the named failures for `undefined`. */
export async function unless<T>(names: readonly string[], call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (isNamed(names, error)) return undefined
    throw error
  }
}
