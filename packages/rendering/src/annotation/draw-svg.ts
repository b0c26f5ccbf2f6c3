import { AdapterError } from '@sansfilm/core/adapters'
import sharp from 'sharp'
import { type Raster, toRgb } from '../pixels/raster.ts'

/** Pixels of a side that librsvg can draw on. */
const longestSide = 32_767

/**
 * Draws SVG elements on an image of the same size.
 * @param isGray whether all paint is gray, so that a gray image stays one
 * @param rows how many, from the top, anything is drawn on
 * @throws AdapterError `unsupported` for images that are too long
 */
export async function drawSvg(
  raster: Raster,
  elements: string,
  isGray: boolean,
  rows = raster.height,
): Promise<Raster> {
  if (elements === '') return raster
  const { width } = raster
  const height = Math.min(raster.height, Math.max(1, Math.ceil(rows)))
  if (Math.max(width, height) > longestSide) {
    throw new AdapterError('unsupported', `nothing is drawn on images longer than ${longestSide} pixels`)
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${elements}</svg>`
  const paint = await sharp(Buffer.from(svg), { unlimited: true }).ensureAlpha().raw().toBuffer()
  const below = isGray ? raster : toRgb(raster)
  const { channels } = below
  const data = new Uint8Array(below.data)
  for (let i = 0, pixel = 0; pixel < paint.length; i += channels, pixel += 4) {
    const alpha = paint[pixel + 3] as number // the paint has four channels, and no more pixels than the image
    if (alpha === 0) continue
    for (let c = 0; c < channels; c++) {
      const under = data[i + c] as number
      data[i + c] = under + (((paint[pixel + c] as number) - under) * alpha) / 255 + 0.5
    }
  }
  return { ...below, data }
}
