import { numberOf, stringOf, type Tag, tags, valuesOf } from '@sansfilm/dicom'
import { type Rgb, rgbOfCielab } from '../colour/cielab.ts'
import { numbersOf, type Scope } from '../loaded-values.ts'
import { isUnderPlane, paintPixels } from '../overlay/draw-bitmap.ts'
import { overlayPlaneOf } from '../overlay/overlay-plane.ts'
import type { PixelRegion, Raster } from '../pixels/raster.ts'

/** Whether a pixel, by row and column from 1, can be seen. */
type Shutter = (row: number, column: number) => boolean

/** Covers what the shutters of a presentation state hide. @see PS3.3 §C.7.6.11, §C.7.6.15 */
export function applyShutters(raster: Raster, region: PixelRegion, state: Scope): Raster {
  const shutters = shuttersOf(state)
  if (shutters.length === 0) return raster
  return paintPixels(raster, region, shutterColourOf(state), (row, column) =>
    shutters.some((isSeen) => !isSeen(row + 1, column + 1)),
  )
}

function shuttersOf(state: Scope): readonly Shutter[] {
  return valuesOf(state.dataset, tags.ShutterShape).flatMap((shape) => {
    const shutter = typeof shape === 'string' ? makers[shape.trim()]?.(state) : undefined
    return shutter === undefined ? [] : [shutter]
  })
}

const makers: Readonly<Record<string, (state: Scope) => Shutter | undefined>> = {
  RECTANGULAR({ dataset }) {
    const edge = (tag: Tag, otherwise: number): number => numberOf(dataset, tag) ?? otherwise
    const left = edge(tags.ShutterLeftVerticalEdge, Number.NEGATIVE_INFINITY)
    const right = edge(tags.ShutterRightVerticalEdge, Number.POSITIVE_INFINITY)
    const upper = edge(tags.ShutterUpperHorizontalEdge, Number.NEGATIVE_INFINITY)
    const lower = edge(tags.ShutterLowerHorizontalEdge, Number.POSITIVE_INFINITY)
    return (row, column) => column >= left && column <= right && row >= upper && row <= lower
  },
  CIRCULAR({ dataset }) {
    const [centerRow, centerColumn] = numbersOf(dataset, tags.CenterOfCircularShutter)
    const radius = numberOf(dataset, tags.RadiusOfCircularShutter)
    if (centerRow === undefined || centerColumn === undefined || radius === undefined) return undefined
    return (row, column) => (row - centerRow) ** 2 + (column - centerColumn) ** 2 <= radius ** 2
  },
  POLYGONAL({ dataset }) {
    const corners = numbersOf(dataset, tags.VerticesOfThePolygonalShutter)
    return corners.length < 6 ? undefined : (row, column) => isInside(corners, row, column)
  },
  BITMAP(state) {
    const group = numberOf(state.dataset, tags.ShutterOverlayGroup)
    const name = group?.toString(16).toUpperCase().padStart(4, '0') ?? ''
    const plane = overlayPlaneOf(state, name, 1, undefined)
    return plane && ((row, column) => !isUnderPlane(plane, row - 1, column - 1))
  },
}

/** By the edges that lie to the left of the point: inside where their number is odd. */
function isInside(corners: readonly number[], row: number, column: number): boolean {
  let inside = false
  for (let i = 0, j = corners.length - 2; i + 1 < corners.length; j = i, i += 2) {
    const [rowA, columnA, rowB, columnB] = [corners[i], corners[i + 1], corners[j], corners[j + 1]] as [
      number,
      number,
      number,
      number,
    ] // i and j are within, and even
    if (rowA > row === rowB > row) continue
    if (column < ((columnB - columnA) * (row - rowA)) / (rowB - rowA) + columnA) inside = !inside
  }
  return inside
}

/** Black where none is said. */
function shutterColourOf({ dataset }: Scope): Rgb {
  const colour = rgbOfCielab(numbersOf(dataset, tags.ShutterPresentationColorCIELabValue))
  if (colour !== undefined) return colour
  const gray = Math.round((numberOf(dataset, tags.ShutterPresentationValue) ?? 0) / 257)
  return [gray, gray, gray]
}

/** The group of the overlay that is a bitmap shutter, and so is not drawn as an overlay. */
export function shutterOverlayGroupOf({ dataset }: Scope): string | undefined {
  const group = numberOf(dataset, tags.ShutterOverlayGroup)
  const isBitmap = stringOf(dataset, tags.ShutterShape)?.trim() === 'BITMAP'
  return isBitmap ? group?.toString(16).toUpperCase().padStart(4, '0') : undefined
}
