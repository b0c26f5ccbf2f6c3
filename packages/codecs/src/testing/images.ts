import type { PixelDescription } from '@sansfilm/dicom'

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
