import type { PixelDescription } from '@sansfilm/dicom'
import { unsupported } from './errors.ts'

/** Bytes a native frame may have. Codecs in WebAssembly have 4 GiB for the frame, its codestream and their own work. */
export const maxFrameBytes = 512 * 1024 * 1024

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
  if (length > maxFrameBytes) throw unsupported(`A frame of ${length} bytes; ${maxFrameBytes} are the limit`)
  return length
}
