import { S3ServiceException } from '@aws-sdk/client-s3'
import { AdapterError, type AdapterErrorCode } from '@sansfilm/core/adapters'

/** No room in the store, in the bucket, or for an object of this length. Everything else may pass: `unavailable`. */
const outOfResources = [
  'XMinioStorageFull',
  'XMinioAdminBucketQuotaExceeded',
  'QuotaExceeded',
  'EntityTooLarge',
  'InsufficientStorage',
]
const insufficientStorage = 507 // RFC 4918 §11.5

/** What the store answered (`SlowDown`), or what kept it from answering (`ECONNREFUSED`). */
export function failureName(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof S3ServiceException) return error.name
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

/** Whether the store answered with one of `names`. */
export function isAnswer(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof S3ServiceException && names.includes(error.name)
}

/**
 * Awaits requests to the store and makes what they throw an `AdapterError`, without what the store may have quoted.
 * @param what completes the sentence "Cannot …"
 */
export async function attempt<T>(what: string, request: Promise<T>): Promise<T> {
  try {
    return await request
  } catch (error) {
    throw adapterError(what, error)
  }
}

/** As `attempt`, for requests that look for an object: `not-found` where there is none. */
export async function attemptToFind<T>(what: string, request: Promise<T>): Promise<T> {
  try {
    return await request
  } catch (error) {
    if (!isAnswer(error, 'NoSuchKey')) throw adapterError(what, error)
    throw new AdapterError('not-found', 'There is no such object', { cause: error })
  }
}

/** As `attempt`, and takes an answer that says `name` for `undefined`. */
export async function unless<T>(name: string, what: string, request: Promise<T>): Promise<T | undefined> {
  try {
    return await request
  } catch (error) {
    if (isAnswer(error, name)) return undefined
    throw adapterError(what, error)
  }
}

export function adapterError(what: string, error: unknown): AdapterError {
  if (error instanceof AdapterError) return error
  return new AdapterError(codeOf(error), `Cannot ${what} (${failureName(error)})`, { cause: error })
}

function codeOf(error: unknown): AdapterErrorCode {
  if (!(error instanceof S3ServiceException)) return 'unavailable'
  const full = outOfResources.includes(error.name) || error.$metadata.httpStatusCode === insufficientStorage
  return full ? 'out-of-resources' : 'unavailable'
}
