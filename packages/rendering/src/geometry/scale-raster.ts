import sharp from 'sharp'
import type { Raster } from '../pixels/raster.ts'
import type { View } from './view.ts'
import { placeInView } from './view.ts'

/** The turned region at its size and place in the view; black where the area has no pixels. */
export async function scaleRaster(raster: Raster, view: View): Promise<Raster> {
  const { area, region } = view
  const [x1, y1] = placeInView(view, region.left, region.top)
  const [x2, y2] = placeInView(view, region.left + region.width, region.top + region.height)
  const [left, right] = between(x1, x2, view.width)
  const [top, bottom] = between(y1, y2, view.height)
  const scaled = await resize(raster, right - left, bottom - top)
  const isWhole = region.width === area.width && region.height === area.height
  return isWhole ? scaled : placeOn(scaled, left, top, view.width, view.height)
}

/** Whole pixels between two places, one at least. */
function between(a: number, b: number, size: number): readonly [from: number, to: number] {
  const from = Math.min(Math.max(Math.round(Math.min(a, b)), 0), size - 1)
  return [from, Math.min(Math.max(Math.round(Math.max(a, b)), from + 1), size)]
}

async function resize(raster: Raster, width: number, height: number): Promise<Raster> {
  if (raster.width === width && raster.height === height) return raster
  const { channels } = raster
  const raw = { width: raster.width, height: raster.height, channels }
  const image = sharp(raster.data, { raw, limitInputPixels: false }) // bounded by the caller
    .resize(width, height, { fit: 'fill' })
  const data = await (channels === 1 ? image.toColourspace('b-w') : image).raw().toBuffer()
  return { width, height, channels, data }
}

function placeOn({ channels, ...raster }: Raster, left: number, top: number, width: number, height: number): Raster {
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < raster.height; y++) {
    const row = raster.data.subarray(y * raster.width * channels, (y + 1) * raster.width * channels)
    data.set(row, ((top + y) * width + left) * channels)
  }
  return { width, height, channels, data }
}
