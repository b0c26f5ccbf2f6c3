import { AdapterError, type Viewport } from '@sansfilm/core/adapters'
import type { PixelRegion } from '../pixels/raster.ts'

/** Which pixels are drawn, how they are turned, and the size they are scaled to. */
export interface View {
  readonly region: PixelRegion
  readonly flipHorizontally: boolean
  readonly flipVertically: boolean
  /** Pixels of the result. */
  readonly width: number
  readonly height: number
}

/**
 * The view of a viewport, or the whole pixel matrix as it is.
 * @param aspect height of a pixel for a width of 1: scaled pictures have square pixels, so that nothing is distorted
 * @throws AdapterError `unsupported` where the region holds no pixel
 * @see PS3.18 §8.3.5.1.3
 */
export function viewOf(columns: number, rows: number, aspect: number, viewport: Viewport | undefined): View {
  const region = regionOf(columns, rows, viewport?.region)
  const flips = {
    flipHorizontally: viewport?.region?.flipHorizontally ?? false,
    flipVertically: viewport?.region?.flipVertically ?? false,
  }
  if (viewport === undefined) return { region, ...flips, width: columns, height: rows }
  const scale = Math.min(viewport.width / region.width, viewport.height / (region.height * aspect))
  const scaled = (length: number, most: number): number => Math.min(Math.max(Math.round(length * scale), 1), most)
  return {
    region,
    ...flips,
    width: scaled(region.width, viewport.width),
    height: scaled(region.height * aspect, viewport.height),
  }
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

/** How much pixels may be shrunk while they are drawn: what is left for the scaling proper is at least a half. */
export function shrinkOf({ region, width, height }: View): number {
  return Math.max(1, Math.floor(Math.min(region.width / width, region.height / height) / 2))
}
