import { AdapterError } from '@sansfilm/core/adapters'

/** The frame does not decode, or is not what its description says. The message names attributes, never values of a patient. */
export function damaged(message: string, cause?: unknown): AdapterError {
  return new AdapterError('damaged', message, { cause })
}

/** No codec here can do this. */
export function unsupported(message: string): AdapterError {
  return new AdapterError('unsupported', message)
}
