import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { CodedFrame } from '@sansfilm/core/adapters'
import { damaged } from './errors.ts'
import { nativeLength } from './frame-size.ts'
import { decodeNative } from './native.ts'

/**
 * Inflates a frame of Deflated Image Frame Compression: a native frame, deflated by itself without a wrapper.
 * @throws AdapterError `damaged`
 * @see PS3.5 §8.2.16 and §A.4.13, RFC 1951
 */
export function decodeDeflated({ description, bytes }: CodedFrame): Uint8Array {
  return decodeNative({ description, bytes: inflate(bytes, nativeLength(description)) })
}

function inflate(bytes: Uint8Array, length: number): Uint8Array {
  try {
    // One byte more than needed: a frame of odd length may have been padded before it was deflated.
    return inflateRawSync(bytes, { maxOutputLength: length + 1 })
  } catch (error) {
    throw damaged('The deflated frame does not inflate to its size', error)
  }
}

/**
 * Deflates a native frame.
 * @see PS3.5 §8.2.16 and §A.4.13
 */
export function encodeDeflated(native: Uint8Array): Uint8Array {
  return deflateRawSync(native)
}
