import { AdapterError, type Viewport } from '@sansfilm/core/adapters'
import type { PixelRegion } from '../pixels/raster.ts'
import { isSideways, noTurn, type Turn, turnPoint } from './turn.ts'

/** Which part of an image is seen, how it is turned, and the size it is scaled to. */
export interface View {
  /** What is seen, in pixels of the image; may reach beyond it. */
  readonly area: PixelRegion
  /** The pixels of the image within the area. */
  readonly region: PixelRegion
  readonly turn: Turn
  /** Pixels of the result. */
  readonly width: number
  readonly height: number
}

/** What a view is made from. */
export interface Seen {
  readonly columns: number
  readonly rows: number
  /** Height of a pixel for a width of 1: scaled pictures have square pixels, so that nothing is distorted. */
  readonly aspect: number
}

/**
 * The view of a viewport, or the whole pixel matrix as it is.
 * @throws AdapterError `unsupported` where the region holds no pixel
 * @see PS3.18 §8.3.5.1.3
 */
export function viewOf({ columns, rows, aspect }: Seen, viewport: Viewport | undefined): View {
  const region = regionOf(columns, rows, viewport?.region)
  const { flipHorizontally = false, flipVertically = false } = viewport?.region ?? {}
  const turn = { ...noTurn, flipHorizontally, flipVertically }
  return { area: region, region, turn, ...sizeOf(region, aspect, turn, viewport) }
}

/**
 * The size of an area once it is turned, and scaled to fit the viewport.
 * @param magnification of a pixel, where there is no viewport
 */
export function sizeOf(
  { width, height }: PixelRegion,
  aspect: number,
  turn: Turn,
  viewport: Viewport | undefined,
  magnification = 1,
): { readonly width: number; readonly height: number } {
  const tall = viewport === undefined && magnification === 1 ? height : height * aspect
  const [across, down] = isSideways(turn) ? [tall, width] : [width, tall]
  const scale = viewport === undefined ? magnification : Math.min(viewport.width / across, viewport.height / down)
  const scaled = (length: number, most = Number.POSITIVE_INFINITY): number =>
    Math.min(Math.max(Math.round(length * scale), 1), most)
  return { width: scaled(across, viewport?.width), height: scaled(down, viewport?.height) }
}

/** Every pixel that the region touches. */
function regionOf(columns: number, rows: number, region: Viewport['region']): PixelRegion {
  if (region === undefined) return { left: 0, top: 0, width: columns, height: rows }
  const [left, width] = sideOf(columns, region.left, region.width)
  const [top, height] = sideOf(rows, region.top, region.height)
  return { left, top, width, height }
}

function sideOf(size: number, start: number, length: number | undefined): readonly [start: number, length: number] {
  const from = Math.max(0, Math.floor(start))
  const to = Math.min(size, length === undefined ? size : Math.ceil(start + length))
  if (!(to > from)) throw new AdapterError('unsupported', 'the region of the viewport has no pixel of the image')
  return [from, to - from]
}

/** From here on, averaging squares while drawing is faster than to draw everything and scale it. */
const leastShrink = 3

/**
 * The side of the squares of pixels that may become one while they are drawn: all of the scaling where it comes out even,
 * else so much that a half is left for the scaling proper; 1 where that is not worth it.
 */
export function shrinkOf({ area, turn, width, height }: View): number {
  const [across, down] = isSideways(turn) ? [height, width] : [width, height]
  const exact = area.width / across
  if (Number.isInteger(exact) && exact === area.height / down) return exact
  const shrink = Math.floor(Math.min(exact, area.height / down) / 2)
  return shrink < leastShrink ? 1 : shrink
}

/** Where a point of the image, from the top left corner of its first pixel, is in the result. */
export function placeInView(
  { area, turn, width, height }: View,
  x: number,
  y: number,
): readonly [x: number, y: number] {
  const [u, v] = turnPoint(turn, (x - area.left) / area.width, (y - area.top) / area.height)
  return [u * width, v * height]
}
