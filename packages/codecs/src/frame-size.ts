import type { PixelDescription } from '@sansfilm/dicom'
import { unsupported } from './errors.ts'

/** Bytes a native frame may have. */
const maxFrameBytes = 512 * 1024 * 1024

/** Bytes a frame that is coded may have: in WebAssembly there are 2 GiB for it, its codestream, and four bytes a sample. */
const maxCodedFrameBytes = 256 * 1024 * 1024

/** Bits Allocated that samples can be had of in whole bytes, or packed. */
const sampleWidths: readonly number[] = [1, 8, 16, 32, 64]

/**
 * Bytes of a native frame with samples interleaved and nothing subsampled.
 * @throws AdapterError `unsupported` for Bits Allocated that nothing can handle, or a frame beyond the limit
 * @see PS3.5 §8.1.1
 */
export function nativeLength({ rows, columns, samplesPerPixel, bitsAllocated }: PixelDescription): number {
  if (!sampleWidths.includes(bitsAllocated)) throw unsupported(`Bits Allocated of ${bitsAllocated}`)
  const length = Math.ceil((rows * columns * samplesPerPixel * bitsAllocated) / 8)
  assertWithin(maxFrameBytes, length)
  return length
}

/** @throws AdapterError `unsupported` for a frame that is too large for the libraries */
export function assertCodable(description: PixelDescription): void {
  assertWithin(maxCodedFrameBytes, nativeLength(description))
}

function assertWithin(limit: number, length: number): void {
  if (length > limit) throw unsupported(`A frame of ${length} bytes; ${limit} are the limit`)
}
