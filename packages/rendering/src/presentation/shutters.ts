import { numberOf, stringOf, type Tag, tags, valuesOf } from '@sansfilm/dicom'
import { type Rgb, rgbOfCielab } from '../colour/cielab.ts'
import { numbersOf, type Scope } from '../loaded-values.ts'
import { isUnderPlane, paintPixels } from '../overlay/draw-bitmap.ts'
import { overlayPlaneOf } from '../overlay/overlay-plane.ts'
import type { PixelRegion, Raster } from '../pixels/raster.ts'

/** For a row, from 1: whether a pixel of it, by its column from 1, can be seen. */
type Shutter = (row: number) => (column: number) => boolean

/** Covers what the shutters of a presentation state hide. @see PS3.3 §C.7.6.11, §C.7.6.15 */
export function applyShutters(raster: Raster, region: PixelRegion, state: Scope): Raster {
  const shutters = shuttersOf(state)
  if (shutters.length === 0) return raster
  return paintPixels(raster, region, shutterColourOf(state), (row) => {
    const ofRow = shutters.map((shutter) => shutter(row + 1))
    return (column) => ofRow.some((isSeen) => !isSeen(column + 1))
  })
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
    return (row) => (column) => column >= left && column <= right && row >= upper && row <= lower
  },
  CIRCULAR({ dataset }) {
    const [centerRow, centerColumn] = numbersOf(dataset, tags.CenterOfCircularShutter)
    const radius = numberOf(dataset, tags.RadiusOfCircularShutter)
    if (centerRow === undefined || centerColumn === undefined || radius === undefined) return undefined
    return (row) => (column) => (row - centerRow) ** 2 + (column - centerColumn) ** 2 <= radius ** 2
  },
  POLYGONAL({ dataset }) {
    const corners = numbersOf(dataset, tags.VerticesOfThePolygonalShutter)
    if (corners.length < 6) return undefined
    return (row) => {
      const edges = edgesInRow(corners, row)
      return (column) => edges.filter((edge) => edge > column).length % 2 === 1
    }
  },
  BITMAP(state) {
    const group = numberOf(state.dataset, tags.ShutterOverlayGroup)
    const name = group?.toString(16).toUpperCase().padStart(4, '0') ?? ''
    const plane = overlayPlaneOf(state, name, 1, undefined)
    return plane && ((row) => (column) => !isUnderPlane(plane, row - 1, column - 1))
  },
}

/** Columns at which the edges of a polygon cross a row: a pixel is inside where an odd number of them lies beyond it. */
function edgesInRow(corners: readonly number[], row: number): readonly number[] {
  const edges: number[] = []
  for (let i = 0, j = corners.length - (corners.length % 2) - 2; i + 1 < corners.length; j = i, i += 2) {
    const [rowA, columnA] = [corners[i] as number, corners[i + 1] as number] // i is even, and within
    const [rowB, columnB] = [corners[j] as number, corners[j + 1] as number] // as is j
    if (rowA > row !== rowB > row) edges.push(((columnB - columnA) * (row - rowA)) / (rowB - rowA) + columnA)
  }
  return edges
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
