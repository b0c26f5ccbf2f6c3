import { annotate } from './annotation/annotate.ts'
import { drawSvg } from './annotation/draw-svg.ts'
import type { DecodedFrame } from './decode-frames.ts'
import { scaleRaster } from './geometry/scale-raster.ts'
import { turnRaster } from './geometry/turn.ts'
import type { Picture } from './picture.ts'
import { drawPixels, valuesOfFrame } from './pixels/draw-pixels.ts'
import type { Raster } from './pixels/raster.ts'
import { drawingOf } from './presentation/graphics.ts'
import { drawOverlays } from './presentation/presentation-overlays.ts'
import { applyShutters } from './presentation/shutters.ts'

/**
 * One frame as it is seen, in the order of the pixel transformation sequence: values, shutters, overlays, spatial
 * transformation, displayed area, graphics, and the annotation of the request on top.
 * @see PS3.4 §N.2, PS3.18 §8.3.5.1
 */
export async function renderFrame(picture: Picture, frame: DecodedFrame): Promise<Raster> {
  const { instance, state, view, parameters } = picture
  const stored = valuesOfFrame(frame)
  const drawn = drawPixels(picture, frame, stored)
  const shuttered = state === undefined ? drawn : applyShutters(drawn, view.region, state)
  const overlaid =
    state === undefined
      ? shuttered
      : drawOverlays(shuttered, view.region, state, { instance, frame: frame.number, stored })
  const turned = turnRaster(overlaid, view.turn)
  const scaled = await scaleRaster(turned, view)
  const drawing = state && drawingOf(state, { sopInstanceUID: picture.sopInstanceUID, number: frame.number }, view)
  const presented = drawing === undefined ? scaled : await drawSvg(scaled, drawing.elements, drawing.isGray)
  const { annotation = [] } = parameters
  return annotation.length === 0 ? presented : annotate(presented, instance, frame.number, annotation)
}
