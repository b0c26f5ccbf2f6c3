import { AdapterError } from '@sansfilm/core/adapters'
import { CodecError } from './libraries/codec-error.ts'

/** The frame does not decode, or is not what its description says. The message names attributes, never values of a patient. */
export function damaged(message: string, cause?: unknown): AdapterError {
  return new AdapterError('damaged', message, { cause })
}

/** No codec here can do this. */
export function unsupported(message: string, cause?: unknown): AdapterError {
  return new AdapterError('unsupported', message, { cause })
}

/** For `catch` of a decoder: a codestream that a library fails on is damaged; any other error is not the frame's. */
export function notDecoded(kind: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof CodecError ? damaged(`The ${kind} codestream does not decode`, error) : error
  }
}
