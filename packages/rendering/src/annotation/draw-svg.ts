import sharp from 'sharp'
import { type Raster, toRgb } from '../pixels/raster.ts'

/**
 * Draws SVG elements on an image of the same size.
 * @param isGray whether all paint is gray, so that a gray image stays one
 */
export async function drawSvg(raster: Raster, elements: string, isGray: boolean): Promise<Raster> {
  if (elements === '') return raster
  const { width, height } = raster
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${elements}</svg>`
  const paint = await sharp(Buffer.from(svg), { unlimited: true }).ensureAlpha().raw().toBuffer()
  const below = isGray ? raster : toRgb(raster)
  const { channels } = below
  const data = new Uint8Array(below.data)
  for (let i = 0, pixel = 0; i < data.length; i += channels, pixel += 4) {
    const alpha = paint[pixel + 3] as number // the paint has as many pixels
    if (alpha === 0) continue
    for (let c = 0; c < channels; c++) {
      const under = data[i + c] as number
      data[i + c] = under + (((paint[pixel + c] as number) - under) * alpha) / 255 + 0.5
    }
  }
  return { ...below, data }
}
