import type { CodedFrame } from '@sansfilm/core/adapters'
import { damaged, unsupported } from './errors.ts'
import { nativeLength } from './frame-size.ts'
import { expandChroma, interleave } from './samples.ts'

/**
 * Native samples with Planar Configuration 0 and chroma for every pixel. The bytes themselves where they are so already.
 * @throws AdapterError `damaged` where there are fewer bytes than the description needs
 * @see PS3.5 §8.1, PS3.3 §C.7.6.3.1.2 and §C.7.6.3.1.3
 */
export function decodeNative({ description, bytes }: Pick<CodedFrame, 'description' | 'bytes'>): Uint8Array {
  const { rows, columns, samplesPerPixel, bitsAllocated, photometricInterpretation } = description
  const length = nativeLength(description)
  if (bytes.length >= length) {
    const samples = bytes.length === length ? bytes : bytes.subarray(0, length)
    if (description.planarConfiguration === 0 || samplesPerPixel === 1) return samples
    if (bitsAllocated === 1) throw unsupported('Planes of one bit')
    return interleave(samples, samplesPerPixel, bitsAllocated / 8)
  }
  // A name for subsampled chroma over full samples is common: the length tells, as where frames are found.
  const isSubsampled = photometricInterpretation === 'YBR_FULL_422' && bitsAllocated === 8 && columns % 2 === 0
  if (!isSubsampled || bytes.length < rows * columns * 2) {
    throw damaged(`The frame has ${bytes.length} bytes; Rows, Columns and Bits Allocated need ${length}`)
  }
  return expandChroma(bytes.subarray(0, rows * columns * 2))
}
