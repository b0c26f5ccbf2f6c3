import type { PaddingRange } from './pixel-padding.ts'
import { type StoredValues, sampleReader, valueOfBits } from './stored-values.ts'
import { isIndexed, occurringPatterns } from './value-table.ts'

/** The smallest and largest value there is, both ends included. */
export type ValueRange = readonly [low: number, high: number]

/** The range of stored values that are no padding; `undefined` where there are none, or none that are numbers. */
export function valueRangeOf(stored: StoredValues, padding: PaddingRange | undefined): ValueRange | undefined {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  const include = (value: number): void => {
    if (!Number.isFinite(value) || isPadding(value, padding)) return
    if (value < low) low = value
    if (value > high) high = value
  }
  if (isIndexed(stored)) {
    occurringPatterns(stored).forEach((occurs, pattern) => {
      if (occurs === 1) include(valueOfBits(stored, pattern))
    })
  } else {
    const read = sampleReader(stored)
    for (let i = 0; i < stored.words.length; i++) include(read(i))
  }
  return low <= high ? [low, high] : undefined
}

export function unionOf(a: ValueRange | undefined, b: ValueRange | undefined): ValueRange | undefined {
  return a === undefined || b === undefined ? (a ?? b) : [Math.min(a[0], b[0]), Math.max(a[1], b[1])]
}

/** Whether a stored value fills up the picture. */
export function isPadding(value: number, padding: PaddingRange | undefined): boolean {
  return padding !== undefined && value >= padding.low && value <= padding.high
}
