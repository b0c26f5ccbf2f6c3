import type { PixelDescription } from '@sansfilm/dicom'
import { samplesOf } from './samples.ts'

/** Samples as codecs take them: one byte each up to 8 bits, else two. */
export interface CodedSamples {
  readonly bytes: Uint8Array
  /** Bits of a sample that are to be coded. */
  readonly precision: number
}

/**
 * Native samples of up to 16 bits, ready to be coded without loss. Bits Stored are coded; but where any other bit is in
 * use (overlays were once kept there), all bits are.
 * @param allowed precisions the codec has, in ascending order; the first that is large enough is taken
 */
export function codedSamples(
  native: Uint8Array,
  description: PixelDescription,
  allowed?: readonly number[],
): CodedSamples {
  const { bitsAllocated, bitsStored, highBit, pixelRepresentation } = description
  const samples = samplesOf(native, bitsAllocated)
  const isPlain = highBit === bitsStored - 1 && fit(samples, bitsStored, bitsAllocated, pixelRepresentation === 1)
  const used = isPlain ? bitsStored : bitsAllocated
  const precision = allowed?.find((each) => each >= used) ?? used
  return { bytes: precision <= 8 && bitsAllocated > 8 ? Uint8Array.from(samples) : bytesOf(samples), precision }
}

/** Samples with nothing but zeros above `precision`: of signed ones, only their two's complement is left. */
export function withoutSigns({ bytes, precision }: CodedSamples): Uint8Array {
  const bits = precision <= 8 ? 8 : 16
  if (precision === bits) return bytes
  const mask = (1 << precision) - 1
  return bytesOf(samplesOf(bytes, bits).map((sample) => sample & mask))
}

/** How much of what `precision` can express lies between the least and the greatest sample: above 0, 1 at most. */
export function shareOfRange({ bytes, precision }: CodedSamples, signed: boolean): number {
  const toSign = signed ? (precision <= 8 ? 24 : 16) : 0
  let least = Number.POSITIVE_INFINITY
  let greatest = Number.NEGATIVE_INFINITY
  for (const stored of samplesOf(bytes, precision <= 8 ? 8 : 16)) {
    const sample = (stored << toSign) >> toSign
    if (sample < least) least = sample
    if (sample > greatest) greatest = sample
  }
  return (greatest - least + 1) / 2 ** precision
}

function fit(samples: ArrayLike<number>, bitsStored: number, bitsAllocated: number, signed: boolean): boolean {
  if (bitsStored === bitsAllocated) return true
  const toSign = 32 - bitsAllocated
  const toStored = 32 - bitsStored
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i] as number
    const fits = signed ? (sample << toSign) >> toSign === (sample << toStored) >> toStored : sample >> bitsStored === 0
    if (!fits) return false
  }
  return true
}

function bytesOf(samples: Uint8Array | Uint16Array | Uint32Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
}
