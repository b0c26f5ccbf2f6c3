import type { PixelDescription } from '@sansfilm/dicom'
import { samplesOf } from '../samples.ts'

/** A description with what most images have where nothing else is asked for. */
export function describeImage(wanted: Partial<PixelDescription> & { rows: number; columns: number }): PixelDescription {
  const { samplesPerPixel = 1, bitsAllocated = 8 } = wanted
  const bitsStored = wanted.bitsStored ?? bitsAllocated
  return {
    samplesPerPixel,
    photometricInterpretation: samplesPerPixel === 1 ? 'MONOCHROME2' : 'RGB',
    planarConfiguration: 0,
    bitsAllocated,
    bitsStored,
    highBit: bitsStored - 1,
    pixelRepresentation: 0,
    samples: 'integer',
    ...wanted,
  }
}

/**
 * Samples of every value that fits: a gradient with noise, so that nothing is guessed by accident, then runs.
 * Signed samples have their sign in all bits above Bits Stored.
 */
export function drawSamples(description: PixelDescription): Uint8Array {
  const { rows, columns, samplesPerPixel, bitsAllocated, bitsStored, pixelRepresentation } = description
  const bytes = new Uint8Array((rows * columns * samplesPerPixel * bitsAllocated) / 8)
  const samples = samplesOf(bytes, bitsAllocated)
  const range = 2 ** bitsStored
  const lowest = pixelRepresentation === 1 ? -range / 2 : 0
  let state = 1
  for (let i = 0; i < samples.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    const value = i < samples.length / 2 ? (state >>> 8) % range : Math.floor((i / samples.length) * range)
    samples[i] = lowest + value
  }
  return bytes
}
