import { type Dataset, numberOf, stringOf } from '../dataset.ts'
import { tags } from '../dictionary/dictionary.ts'

/** How the samples of one frame lie and what they are: all a codec needs to know of an image (PS3.3 §C.7.6.3). */
export interface PixelDescription {
  readonly rows: number
  readonly columns: number
  readonly samplesPerPixel: number
  readonly photometricInterpretation: string
  /** 0: samples of a pixel lie together; 1: planes one after the other. 0 where there is one sample. */
  readonly planarConfiguration: 0 | 1
  readonly bitsAllocated: number
  readonly bitsStored: number
  readonly highBit: number
  /** 0: unsigned; 1: two's complement. */
  readonly pixelRepresentation: 0 | 1
  /** `float` for Float and Double Float Pixel Data. */
  readonly samples: 'integer' | 'float'
}

/**
 * The description of a data set's frames; `undefined` where it has no size, or says something that no image can be.
 * What only one value fits is filled in: Bits Stored from Bits Allocated, High Bit from Bits Stored.
 */
export function pixelDescriptionOf(
  dataset: Dataset,
  pixelDataTag: string = tags.PixelData,
): PixelDescription | undefined {
  const rows = numberOf(dataset, tags.Rows) ?? 0
  const columns = numberOf(dataset, tags.Columns) ?? 0
  const isFloat = pixelDataTag !== tags.PixelData
  const floatBits = pixelDataTag === tags.DoubleFloatPixelData ? 64 : 32
  const bitsAllocated = numberOf(dataset, tags.BitsAllocated) ?? (isFloat ? floatBits : 0)
  const samplesPerPixel = numberOf(dataset, tags.SamplesPerPixel) ?? 1
  const bitsStored = isFloat ? bitsAllocated : (numberOf(dataset, tags.BitsStored) ?? bitsAllocated)
  const highBit = isFloat ? bitsAllocated - 1 : (numberOf(dataset, tags.HighBit) ?? bitsStored - 1)
  const isPossible =
    [rows, columns, samplesPerPixel, bitsAllocated, bitsStored].every((n) => Number.isInteger(n) && n > 0) &&
    bitsAllocated <= 64 &&
    bitsStored <= bitsAllocated &&
    highBit >= bitsStored - 1 &&
    highBit < bitsAllocated
  if (!isPossible) return undefined
  return {
    rows,
    columns,
    samplesPerPixel,
    photometricInterpretation: stringOf(dataset, tags.PhotometricInterpretation) ?? 'MONOCHROME2',
    planarConfiguration: samplesPerPixel > 1 && numberOf(dataset, tags.PlanarConfiguration) === 1 ? 1 : 0,
    bitsAllocated,
    bitsStored,
    highBit,
    pixelRepresentation: numberOf(dataset, tags.PixelRepresentation) === 1 ? 1 : 0,
    samples: isFloat ? 'float' : 'integer',
  }
}
