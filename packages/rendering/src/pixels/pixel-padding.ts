import { numberOf, tags } from '@sansfilm/dicom'
import type { Scope } from '../loaded-values.ts'
import type { StoredValues } from './stored-values.ts'

/** Stored values, both ends included, that fill up the picture and are no measurement. */
export interface PaddingRange {
  readonly low: number
  readonly high: number
}

/**
 * The range of Pixel Padding Value and Limit, or their counterparts for floats.
 * @see PS3.3 §C.7.5.1.1.2
 */
export function paddingRangeOf(
  { dataset }: Scope,
  { isFloat, bits, signed }: Pick<StoredValues, 'isFloat' | 'bits' | 'signed'>,
): PaddingRange | undefined {
  const [valueTags, limitTag] = isFloat
    ? [[tags.FloatPixelPaddingValue, tags.DoubleFloatPixelPaddingValue], tags.FloatPixelPaddingRangeLimit]
    : [[tags.PixelPaddingValue], tags.PixelPaddingRangeLimit]
  const tag = valueTags.find((each) => numberOf(dataset, each) !== undefined)
  if (tag === undefined) return undefined
  const limitOf = tag === tags.DoubleFloatPixelPaddingValue ? tags.DoubleFloatPixelPaddingRangeLimit : limitTag
  // Written with the wrong VR, a negative value of signed pixels is one of 65,536 less (dictionary: "US or SS").
  const read = (each: string): number | undefined => {
    const value = numberOf(dataset, each)
    return value !== undefined && signed && !isFloat && value >= 2 ** (bits - 1) && value > 0x7fff
      ? value - 0x10000
      : value
  }
  const value = read(tag) as number // found above
  const limit = read(limitOf) ?? value
  return { low: Math.min(value, limit), high: Math.max(value, limit) }
}
