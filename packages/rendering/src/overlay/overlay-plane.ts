import { type Dataset, numberOf, type Tag, tags } from '@sansfilm/dicom'
import { bytesOf, numbersOf, type Scope } from '../loaded-values.ts'
import type { StoredValues } from '../pixels/stored-values.ts'

/** A bitmap over an image. */
export interface OverlayPlane {
  /** `6000` to `601E`, even. */
  readonly group: string
  readonly rows: number
  readonly columns: number
  /** Pixel of the image, from 0, that its first pixel is over; may be outside. */
  readonly top: number
  readonly left: number
  /** Whether a pixel of the plane, from 0, is set. */
  readonly isSet: (row: number, column: number) => boolean
}

/** The same attribute in another group of overlays (PS3.5 §7.6). */
export function inGroup(tag: Tag, group: string): Tag {
  return `${group}${tag.slice(4)}`
}

/** The groups of a data set that describe an overlay, ascending. */
export function overlayGroupsOf(dataset: Dataset): readonly string[] {
  return Object.keys(dataset)
    .filter((tag) => /^60[01][02468ACE]/.test(tag) && tag.endsWith(tags.OverlayRows.slice(4)))
    .map((tag) => tag.slice(0, 4))
    .sort()
}

/**
 * One overlay as it lies over a frame; `undefined` where it has no data, or none for this frame.
 * @param frame of the image, from 1
 * @param stored the samples of that frame, for planes kept in their unused bits
 * @see PS3.3 §C.9.2, §C.9.3
 */
export function overlayPlaneOf(
  scope: Scope,
  group: string,
  frame: number,
  stored: StoredValues | undefined,
): OverlayPlane | undefined {
  const { dataset } = scope
  const rows = numberOf(dataset, inGroup(tags.OverlayRows, group)) ?? 0
  const columns = numberOf(dataset, inGroup(tags.OverlayColumns, group)) ?? 0
  if (!(rows > 0 && columns > 0)) return undefined
  const [top = 1, left = 1] = numbersOf(dataset, inGroup(tags.OverlayOrigin, group))
  const place = { group, rows, columns, top: top - 1, left: left - 1 }

  const bytes = bytesOf(scope, inGroup(tags.OverlayData, group))
  if (bytes === undefined) {
    const isSet = embeddedPlane(dataset, group, columns, stored)
    return isSet && { ...place, isSet }
  }
  const planes = numberOf(dataset, inGroup(tags.NumberOfFramesInOverlay, group)) ?? 1
  const first = numberOf(dataset, inGroup(tags.ImageFrameOrigin, group)) ?? 1
  // A single plane is over every frame, unless it says over which one it is.
  const isOverAll = planes === 1 && dataset[inGroup(tags.ImageFrameOrigin, group)]?.Value === undefined
  const plane = isOverAll ? 0 : frame - first
  if (plane < 0 || plane >= planes) return undefined
  const start = plane * rows * columns
  return {
    ...place,
    isSet: (row, column) => {
      const bit = start + row * columns + column
      return (((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1
    },
  }
}

/** A plane in a bit of the pixels that no value uses, as before 2004 (PS3.3 §C.9.2.1.1 of that time). */
function embeddedPlane(
  dataset: Dataset,
  group: string,
  columns: number,
  stored: StoredValues | undefined,
): OverlayPlane['isSet'] | undefined {
  const bit = numberOf(dataset, inGroup(tags.OverlayBitPosition, group))
  const allocated = numberOf(dataset, inGroup(tags.OverlayBitsAllocated, group)) ?? 1
  if (bit === undefined || allocated === 1 || stored === undefined || stored.isFloat) return undefined
  const isOfValue = bit >= stored.shift && bit < stored.shift + stored.bits
  if (isOfValue || bit >= stored.words.BYTES_PER_ELEMENT * 8) return undefined
  return (row, column) => (((stored.words[row * columns + column] ?? 0) >>> bit) & 1) === 1
}
