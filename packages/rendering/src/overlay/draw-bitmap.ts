import type { Rgb } from '../colour/cielab.ts'
import { type PixelRegion, type Raster, toRgb } from '../pixels/raster.ts'
import type { OverlayPlane } from './overlay-plane.ts'

/**
 * Paints the pixels of a region of the image that `paintedIn` chooses; a gray picture stays gray under gray paint.
 * @param paintedIn for a row of the image, from 0: whether the pixel of a column of it, from 0, is painted
 */
export function paintPixels(
  raster: Raster,
  region: PixelRegion,
  colour: Rgb,
  paintedIn: (row: number) => (column: number) => boolean,
): Raster {
  const isGray = colour[0] === colour[1] && colour[1] === colour[2]
  const below = isGray ? raster : toRgb(raster)
  const { channels, width, height } = below
  const data = new Uint8Array(below.data)
  for (let y = 0; y < height; y++) {
    const isPainted = paintedIn(region.top + y)
    for (let x = 0; x < width; x++) {
      if (!isPainted(region.left + x)) continue
      const at = (y * width + x) * channels
      for (let c = 0; c < channels; c++) data[at + c] = colour[c] as number // three channels at most
    }
  }
  return { ...below, data }
}

/** Whether a pixel of the image, from 0, has a set bit of the plane over it. */
export function isUnderPlane({ rows, columns, top, left, isSet }: OverlayPlane, row: number, column: number): boolean {
  const y = row - top
  const x = column - left
  return y >= 0 && y < rows && x >= 0 && x < columns && isSet(y, x)
}
