import type { CodedFrame } from '@sansfilm/core/adapters'
import { lookupTransferSyntax, type PixelDescription, type Uid } from '@sansfilm/dicom'
import { describeDecoded, isDecodable } from './describe-decoded.ts'
import { encodableSyntaxes, type Family, familyOf } from './syntaxes.ts'

/** What the encoder of a family makes of native samples with Planar Configuration 0; `undefined` where it cannot. */
type Describe = (native: PixelDescription, lossy: boolean) => PixelDescription | undefined

/** Whether encoding in a transfer syntax loses information, as it is done here. */
export function losesInformation(target: Uid): boolean {
  return lookupTransferSyntax(target)?.lossy === true
}

const encoders: Readonly<Partial<Record<Family, Describe>>> = {
  native: (native) => native,
  deflated: (native) => native,
  rle: (native) => (isWholeBytes(native) && segmentsOf(native) <= 15 ? native : undefined),
  jpeg: describeBaseline,
  'jpeg-lossless': (native) => (isImage(native) && native.bitsStored >= 2 ? native : undefined),
  'jpeg-ls': (native, lossy) =>
    isImage(native) && native.bitsStored >= 2 && !(lossy && isPalette(native)) ? native : undefined,
  'jpeg-2000': describeJpeg2000,
  htj2k: describeHtj2k,
}

/**
 * How a frame will be described in `target`, known before any pixel is; `undefined` where `encodeFrame` cannot put such
 * pixels into that syntax. A frame that is in `target` already stays as it is. Lossy encodings take no palette indices;
 * JPEG, JPEG-LS and JPEG 2000 take no one-bit, 32-bit or floating point samples; RLE no one-bit or floating point ones.
 * @see PS3.5 §8.2, PS3.3 §C.7.6.3.1.2
 * @example describeTranscoded(frame, transferSyntaxes.JPEG2000Lossless.uid)?.photometricInterpretation // 'YBR_RCT'
 */
export function describeTranscoded(source: Omit<CodedFrame, 'bytes'>, target: Uid): PixelDescription | undefined {
  if (source.transferSyntax === target) return source.description
  const family = familyOf(target)
  const encoder = family && encoders[family]
  if (!encodableSyntaxes.has(target) || !isDecodable(source)) return undefined
  return encoder?.(describeDecoded(source), losesInformation(target))
}

function isWholeBytes({ samples, bitsAllocated }: PixelDescription): boolean {
  return samples === 'integer' && bitsAllocated >= 8 && bitsAllocated <= 32
}

/** 1 or 3 integers of up to 16 bits. */
function isImage({ samples, samplesPerPixel, bitsAllocated }: PixelDescription): boolean {
  return samples === 'integer' && (samplesPerPixel === 1 || samplesPerPixel === 3) && [8, 16].includes(bitsAllocated)
}

/** PS3.5 §G.2: the header has room for 15. */
function segmentsOf({ samplesPerPixel, bitsAllocated }: PixelDescription): number {
  return samplesPerPixel * (bitsAllocated / 8)
}

function isPalette({ photometricInterpretation }: PixelDescription): boolean {
  return photometricInterpretation === 'PALETTE COLOR'
}

function isColour({ photometricInterpretation }: PixelDescription): boolean {
  return photometricInterpretation === 'RGB' || photometricInterpretation === 'YBR_FULL'
}

/** PS3.5 Table 8.2.1-1: 8 bits, unsigned, grayscale or colour. Samples of 8 bits in 16 are given one byte each. */
function describeBaseline(native: PixelDescription): PixelDescription | undefined {
  const { samplesPerPixel, bitsStored, highBit, pixelRepresentation } = native
  const isByte = isImage(native) && bitsStored === 8 && highBit === 7 && pixelRepresentation === 0
  if (!isByte || isPalette(native) || (samplesPerPixel === 3 && !isColour(native))) return undefined
  return {
    ...native,
    bitsAllocated: 8,
    ...(samplesPerPixel === 3 && { photometricInterpretation: 'YBR_FULL_422' }),
  }
}

/** PS3.5 §8.2.4. The encoder halves an image at least once, which takes two rows and columns. */
function describeJpeg2000(native: PixelDescription, lossy: boolean): PixelDescription | undefined {
  return native.rows >= 2 && native.columns >= 2 ? describeHtj2k(native, lossy) : undefined
}

/** PS3.5 §8.2.4: RGB is transformed, reversibly or not; what was taken from YBR_FULL with loss becomes RGB on the way. */
function describeHtj2k(native: PixelDescription, lossy: boolean): PixelDescription | undefined {
  const { samplesPerPixel, bitsAllocated, photometricInterpretation } = native
  if (!isImage(native) || (samplesPerPixel === 3 && bitsAllocated !== 8) || (lossy && isPalette(native)))
    return undefined
  if (samplesPerPixel === 1) return native
  if (lossy && !isColour(native)) return undefined
  if (lossy) return { ...native, photometricInterpretation: 'YBR_ICT' }
  return photometricInterpretation === 'RGB' ? { ...native, photometricInterpretation: 'YBR_RCT' } : native
}
