import { AdapterError, type Rendering } from '@sansfilm/core/adapters'
import { checkPixels, type DecodedFrame, decodeFrames } from './decode-frames.ts'
import { encodeAnimation, encodeImage, fitRaster } from './encode/encode-image.ts'
import { frameDelaysOf } from './encode/frame-delays.ts'
import { pixelAspectOf } from './geometry/pixel-aspect.ts'
import { viewOf } from './geometry/view.ts'
import { scopeOf } from './loaded-values.ts'
import type { Raster } from './pixels/raster.ts'
import { type Picture, renderFrame, valueRangeOver } from './render-frame.ts'
import type { DecodeFrame, RenderRequest } from './render-request.ts'

/**
 * Draws frames as one image or, where there are several, as one animation.
 * @param decode turns a frame into native samples
 * @throws AdapterError `unsupported` for what no renderer draws, or too many pixels; `damaged` where pixel data or tables are not what
 *   they are described as
 * @see PS3.18 §8.3.5.1, PS3.4 §N.2
 */
export async function renderFrames(request: RenderRequest, decode: DecodeFrame): Promise<Rendering> {
  const { source, parameters, mediaType } = request
  const { rows, columns } = source.description
  const instance = scopeOf(source)
  checkPixels(columns, rows, request.frames.length)
  const [first] = request.frames
  if (first === undefined) throw new AdapterError('unsupported', 'no frame is asked for')
  const view = viewOf(columns, rows, pixelAspectOf(instance, first.number), parameters.viewport)
  checkPixels(view.width, view.height, request.frames.length)

  const decoded = await decodeFrames(request, decode)
  const picture: Picture = { instance, parameters, view, valueRange: valueRangeOver(instance, decoded) }
  return decoded.length === 1
    ? encodeImage(fitRaster(renderFrame(picture, decoded[0] as DecodedFrame), view), mediaType, parameters.quality)
    : renderAnimation(request, picture, decoded)
}

async function renderAnimation(
  { source, mediaType, parameters }: RenderRequest,
  picture: Picture,
  frames: readonly DecodedFrame[],
): Promise<Rendering> {
  const fitted: Raster[] = []
  for (const frame of frames) {
    const { data, info } = await fitRaster(renderFrame(picture, frame), picture.view)
      .raw()
      .toBuffer({ resolveWithObject: true })
    fitted.push({ width: info.width, height: info.height, channels: info.channels === 1 ? 1 : 3, data })
  }
  const delays = frameDelaysOf(
    source.dataset,
    frames.map(({ number }) => number),
  )
  return encodeAnimation(fitted, delays, mediaType, parameters.quality)
}
