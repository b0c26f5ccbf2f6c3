import { AdapterError, type Viewport } from '@sansfilm/core/adapters'
import { type Dataset, numberOf, stringOf, tags } from '@sansfilm/dicom'
import { noTurn, type Turn } from '../geometry/turn.ts'
import { type Seen, sizeOf, type View } from '../geometry/view.ts'
import { numbersOf, type Scope } from '../loaded-values.ts'
import type { PixelRegion } from '../pixels/raster.ts'
import { itemsFor, type PresentedFrame } from './presentation-item.ts'

/**
 * The view of the displayed area of a presentation state: scaled to fit the viewport, or without one as many pixels as the
 * area has, times the magnification the state asks for.
 * @throws AdapterError `damaged` where the area has no pixel of the image
 * @see PS3.3 §C.10.4, §C.10.6, PS3.18 §8.3.5.1.6
 */
export function presentationViewOf(
  state: Scope,
  frame: PresentedFrame,
  seen: Seen,
  viewport: Viewport | undefined,
): View {
  const whole = { left: 0, top: 0, width: seen.columns, height: seen.rows }
  const turn = turnOf(state.dataset)
  const [selection] = itemsFor(state, tags.DisplayedAreaSelectionSequence, frame)
  const area = (selection && areaOf(selection.dataset)) ?? whole
  const aspect = (selection && aspectOf(selection.dataset)) ?? seen.aspect
  const magnification = (selection && magnificationOf(selection.dataset)) ?? 1
  return { area, region: within(area, whole), turn, ...sizeOf(area, aspect, turn, viewport, magnification) }
}

function turnOf(dataset: Dataset): Turn {
  const rotation = numberOf(dataset, tags.ImageRotation)
  return {
    ...noTurn,
    rotation: rotation === 90 || rotation === 180 || rotation === 270 ? rotation : 0,
    flipHorizontally: stringOf(dataset, tags.ImageHorizontalFlip)?.trim() === 'Y',
  }
}

/** Corners are pixels from 1\1, both within; which is the left one depends on how the image is turned. */
function areaOf(dataset: Dataset): PixelRegion | undefined {
  const [x1, y1] = numbersOf(dataset, tags.DisplayedAreaTopLeftHandCorner)
  const [x2, y2] = numbersOf(dataset, tags.DisplayedAreaBottomRightHandCorner)
  if (x1 === undefined || y1 === undefined || x2 === undefined || y2 === undefined) return undefined
  const left = Math.min(x1, x2) - 1
  const top = Math.min(y1, y2) - 1
  return { left, top, width: Math.max(x1, x2) - left, height: Math.max(y1, y2) - top }
}

function aspectOf(dataset: Dataset): number | undefined {
  const spacing = numbersOf(dataset, tags.PresentationPixelSpacing)
  const [vertical = 0, horizontal = 0] =
    spacing.length === 2 ? spacing : numbersOf(dataset, tags.PresentationPixelAspectRatio)
  const aspect = vertical / horizontal
  return aspect >= 1 / 64 && aspect <= 64 ? aspect : undefined
}

function magnificationOf(dataset: Dataset): number | undefined {
  if (stringOf(dataset, tags.PresentationSizeMode)?.trim() !== 'MAGNIFY') return undefined
  const ratio = numberOf(dataset, tags.PresentationPixelMagnificationRatio)
  return ratio !== undefined && ratio > 0 ? ratio : undefined
}

function within(area: PixelRegion, image: PixelRegion): PixelRegion {
  const left = Math.max(area.left, 0)
  const top = Math.max(area.top, 0)
  const width = Math.min(area.left + area.width, image.width) - left
  const height = Math.min(area.top + area.height, image.height) - top
  if (!(width > 0 && height > 0)) throw new AdapterError('damaged', 'the displayed area has no pixel of the image')
  return { left, top, width, height }
}
