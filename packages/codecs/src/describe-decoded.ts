import type { CodedFrame } from '@sansfilm/core/adapters'
import type { PixelDescription } from '@sansfilm/dicom'
import { type Family, familyOf } from './syntaxes.ts'

/**
 * How `decodeFrame` will describe a frame: samples together, chroma for every pixel, and colours as the codec leaves
 * them. Lossy JPEG, JPEG XL and JPEG 2000 transform colours as part of the coding and are taken back to RGB (PS3.5 §8.2.1,
 * §8.2.4, §8.2.15); everything else keeps its Photometric Interpretation.
 */
export function describeDecoded({ transferSyntax, description }: Omit<CodedFrame, 'bytes'>): PixelDescription {
  const photometricInterpretation =
    description.samplesPerPixel === 3
      ? decodedColours(description.photometricInterpretation, familyOf(transferSyntax))
      : description.photometricInterpretation
  return { ...description, photometricInterpretation, planarConfiguration: 0 }
}

/** Families that hold the bytes of a sample whatever they mean. */
const holdFloats: readonly Family[] = ['native', 'deflated']

/** Whether there is a decoder for such frames. */
export function isDecodable({ transferSyntax, description }: Omit<CodedFrame, 'bytes'>): boolean {
  const family = familyOf(transferSyntax)
  if (family === undefined) return false
  if (description.samples === 'float') return holdFloats.includes(family)
  return family !== 'jpeg-2000' || description.samplesPerPixel === 1 || description.samplesPerPixel === 3
}

function decodedColours(photometricInterpretation: string, family: Family | undefined): string {
  if (family === 'jpeg' || family === 'jpeg-xl') return 'RGB'
  if (['YBR_RCT', 'YBR_ICT', 'XYB'].includes(photometricInterpretation)) return 'RGB'
  return photometricInterpretation === 'YBR_FULL_422' ? 'YBR_FULL' : photometricInterpretation
}
