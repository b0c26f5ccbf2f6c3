import type { PixelDescription } from '@sansfilm/dicom'
import { damaged } from './errors.ts'

/**
 * Samples as a codec gives them (one byte each up to 8 bits, else two) in the width of Bits Allocated; negative values
 * get their sign in all bits above `precision`.
 * @param precision bits of a sample in the codestream
 */
export function fitSamples(decoded: Uint8Array, precision: number, description: PixelDescription): Uint8Array {
  const { rows, columns, samplesPerPixel, bitsAllocated, pixelRepresentation } = description
  const count = rows * columns * samplesPerPixel
  const bytesPerSample = precision <= 8 ? 1 : 2
  if (decoded.length !== count * bytesPerSample) {
    throw damaged(`The codestream decodes to ${decoded.length} bytes, expected ${count * bytesPerSample}`)
  }
  if (bitsAllocated === 1) return packBits(decoded)
  const shift = pixelRepresentation === 1 ? 32 - precision : 0
  const isInPlace = bitsAllocated === bytesPerSample * 8
  if (isInPlace && (shift === 0 || precision === bitsAllocated)) return decoded
  const from = bytesPerSample === 1 ? decoded : words(decoded)
  const fitted = isInPlace ? from : samplesOf(new Uint8Array(count * (bitsAllocated / 8)), bitsAllocated)
  // Assigned to an unsigned array, a negative number is its two's complement.
  for (let i = 0; i < count; i++) fitted[i] = ((from[i] as number) << shift) >> shift
  return new Uint8Array(fitted.buffer, fitted.byteOffset, fitted.byteLength)
}

/** Bytes as unsigned samples of 8, 16 or 32 bits; copied where they are not aligned. */
export function samplesOf(bytes: Uint8Array, bits: number): Uint8Array | Uint16Array | Uint32Array {
  if (bits === 8) return bytes
  const aligned = bytes.byteOffset % (bits / 8) === 0 ? bytes : bytes.slice()
  const count = bytes.length / (bits / 8)
  return bits === 16
    ? new Uint16Array(aligned.buffer, aligned.byteOffset, count)
    : new Uint32Array(aligned.buffer, aligned.byteOffset, count)
}

const words = (bytes: Uint8Array): Uint16Array => samplesOf(bytes, 16) as Uint16Array // 16 bits are a Uint16Array

/** One bit for each sample that is not 0, the first the least significant (PS3.5 §8.1.1). */
function packBits(samples: Uint8Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(samples.length / 8))
  for (let i = 0; i < samples.length; i++)
    if (samples[i] !== 0) packed[i >> 3] = (packed[i >> 3] as number) | (1 << (i & 7))
  return packed
}

/** Planes one after the other into samples lying together (Planar Configuration 1 into 0). */
export function interleave(planes: Uint8Array, samplesPerPixel: number, bytesPerSample: number): Uint8Array {
  const pixels = planes.length / samplesPerPixel / bytesPerSample
  const result = new Uint8Array(planes.length)
  const step = samplesPerPixel * bytesPerSample
  for (let sample = 0; sample < samplesPerPixel; sample++) {
    for (let byte = 0; byte < bytesPerSample; byte++) {
      let from = sample * pixels * bytesPerSample + byte
      let to = sample * bytesPerSample + byte
      for (let i = 0; i < pixels; i++, from += bytesPerSample, to += step) result[to] = planes[from] as number
    }
  }
  return result
}

/** Luminance of two pixels, then their chroma, into three samples for each pixel (PS3.3 §C.7.6.3.1.2, YBR_FULL_422). */
export function expandChroma(pairs: Uint8Array): Uint8Array {
  const result = new Uint8Array((pairs.length / 4) * 6)
  for (let from = 0, to = 0; from + 3 < pairs.length; from += 4, to += 6) {
    const [first, second, blue, red] = [pairs[from], pairs[from + 1], pairs[from + 2], pairs[from + 3]] as number[]
    result[to] = first as number
    result[to + 1] = result[to + 4] = blue as number
    result[to + 2] = result[to + 5] = red as number
    result[to + 3] = second as number
  }
  return result
}
