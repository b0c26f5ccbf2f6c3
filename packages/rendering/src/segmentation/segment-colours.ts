import { numberOf, tags } from '@sansfilm/dicom'
import { type Rgb, rgbOfCielab } from '../colour/cielab.ts'
import { itemScopes, numbersOf, type Scope } from '../loaded-values.ts'

/** What is behind segments: a gray that dark and bright colours stand out from. */
export const segmentBackground: Rgb = [32, 32, 32]

/** For segments that recommend no colour: far apart from each other, and in the order of the segment numbers. */
const ownColours: readonly Rgb[] = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [0, 114, 178],
  [213, 94, 0],
  [204, 121, 167],
  [200, 200, 200],
]

/** The colour of every segment by its number. @see PS3.3 §C.8.20.4 */
export function segmentColoursOf(instance: Scope): (segment: number) => Rgb {
  const recommended = new Map<number, Rgb>()
  for (const { dataset } of itemScopes(instance, tags.SegmentSequence)) {
    const number = numberOf(dataset, tags.SegmentNumber)
    const colour = rgbOfCielab(numbersOf(dataset, tags.RecommendedDisplayCIELabValue))
    if (number !== undefined && colour !== undefined) recommended.set(number, colour)
  }
  return (segment) => recommended.get(segment) ?? (ownColours[Math.abs(segment - 1) % ownColours.length] as Rgb) // in range
}
