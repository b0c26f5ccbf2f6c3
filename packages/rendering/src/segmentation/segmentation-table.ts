import { type Dataset, numberOf, stringOf, tags } from '@sansfilm/dicom'
import type { Rgb } from '../colour/cielab.ts'
import { macroOf } from '../frame-attributes.ts'
import type { Scope } from '../loaded-values.ts'
import { paddingRangeOf } from '../pixels/pixel-padding.ts'
import { isPadding } from '../pixels/value-range.ts'
import { type IndexedValues, tableOf, type ValueTable } from '../pixels/value-table.ts'
import { segmentBackground, segmentColoursOf } from './segment-colours.ts'

/** How a segmentation says what its pixels are; `undefined` for other images. @see PS3.3 §C.8.20.2.3 */
export function segmentationTypeOf(dataset: Dataset): string | undefined {
  return stringOf(dataset, tags.SegmentationType)?.trim()
}

/**
 * What the values of a frame of segments are drawn as: the colour of the segment on a plain background, more of it the
 * higher a fraction or probability is.
 * @param frame from 1
 * @see PS3.3 §C.8.20.2
 */
export function segmentationTable(instance: Scope, frame: number, stored: IndexedValues): ValueTable {
  const colourOf = segmentColoursOf(instance)
  if (segmentationTypeOf(instance.dataset) === 'LABELMAP') {
    const background = paddingRangeOf(instance, stored) ?? { low: 0, high: 0 }
    return tableOf(stored, 3, (value) => (isPadding(value, background) ? segmentBackground : colourOf(value)))
  }
  const identification = macroOf(instance, frame, tags.SegmentIdentificationSequence)
  const colour = colourOf(numberOf(identification.dataset, tags.ReferencedSegmentNumber) ?? 1)
  const full = stored.bits === 1 ? 1 : (numberOf(instance.dataset, tags.MaximumFractionalValue) ?? 2 ** stored.bits - 1)
  return tableOf(stored, 3, (value) => mixed(colour, Math.min(Math.max(value / (full || 1), 0), 1)))
}

function mixed(colour: Rgb, share: number): readonly number[] {
  return colour.map((channel, i) => {
    const behind = segmentBackground[i] as number // as many channels
    return Math.round(behind + (channel - behind) * share)
  })
}
