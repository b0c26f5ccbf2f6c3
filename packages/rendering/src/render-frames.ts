import { decodeFrame } from '@sansfilm/codecs'
import { AdapterError, type Rendering } from '@sansfilm/core/adapters'
import { stringOf, tags } from '@sansfilm/dicom'
import { checkPixels } from './check-pixels.ts'
import { iccProfileOf } from './colour/icc-profile.ts'
import { manageColours } from './colour/manage-colours.ts'
import { type DecodedFrame, decodeFrames } from './decode-frames.ts'
import { checkSides, encodeAnimation, encodeImage } from './encode/encode-image.ts'
import { frameDelaysOf } from './encode/frame-delays.ts'
import { storedJpegOf } from './encode/stored-jpeg.ts'
import { pixelAspectOf } from './geometry/pixel-aspect.ts'
import { type View, viewOf } from './geometry/view.ts'
import { type Scope, scopeOf } from './loaded-values.ts'
import type { Picture } from './picture.ts'
import { valuesOfFrame } from './pixels/draw-pixels.ts'
import { paddingRangeOf } from './pixels/pixel-padding.ts'
import { type Raster, toRgb } from './pixels/raster.ts'
import { reuseRaster } from './pixels/raster-memory.ts'
import { unionOf, type ValueRange, valueRangeOf } from './pixels/value-range.ts'
import { presentationViewOf } from './presentation/presentation-view.ts'
import { renderFrame } from './render-frame.ts'
import type { DecodeFrame, RenderRequest } from './render-request.ts'

/**
 * Draws frames as one image or, where there are several, as one animation.
 * @param decode turns a frame into native samples
 * @throws AdapterError `unsupported` for what no renderer draws, or too many pixels; `damaged` where pixel data or tables
 *   are not what they are described as
 * @see PS3.18 §8.3.5.1, PS3.4 §N.2
 * @example
 * const { bytes } = await renderFrames({ source, frames: [{ number: 1, bytes: frame }], mediaType: 'image/jpeg', parameters: {} })
 */
export async function renderFrames(request: RenderRequest, decode: DecodeFrame = decodeFrame): Promise<Rendering> {
  const { source, parameters, mediaType } = request
  const instance = scopeOf(source)
  const state = request.presentation && scopeOf(request.presentation)
  const sopInstanceUID = stringOf(source.dataset, tags.SOPInstanceUID)
  const view = viewOfRequest(request, instance, state, sopInstanceUID)
  const stored = storedJpegOf(request)
  if (stored !== undefined) return stored

  const frames = await decodeFrames(request, decode)
  const valueRange = valueRangeOver(instance, frames)
  const picture: Picture = { instance, sopInstanceUID, state, parameters, view, valueRange }
  const rasters: Raster[] = []
  for (const frame of frames) rasters.push(await renderFrame(picture, frame))

  const [first] = rasters
  if (rasters.length === 1 && first !== undefined) {
    const profile = (state && iccProfileOf(state, 1)) ?? iccProfileOf(instance, frames[0]?.number ?? 1)
    const managed = await manageColours(first, profile, parameters.iccprofile)
    const rendering = await encodeImage(managed, mediaType, parameters.quality)
    reuseRaster(first.data)
    return rendering
  }
  if ((parameters.iccprofile ?? 'no') !== 'no') {
    throw new AdapterError('unsupported', 'animations are written without an ICC profile')
  }
  const delays = frameDelaysOf(
    source.dataset,
    frames.map(({ number }) => number),
  )
  return encodeAnimation(alike(rasters), delays, mediaType, parameters.quality)
}

/** How much is drawn is checked before anything is. */
function viewOfRequest(
  { source, frames, mediaType, parameters: { viewport } }: RenderRequest,
  instance: Scope,
  state: Scope | undefined,
  sopInstanceUID: string | undefined,
): View {
  const { rows, columns } = source.description
  const [first] = frames
  if (first === undefined) throw new AdapterError('unsupported', 'no frame is asked for')
  checkPixels(columns, rows, frames.length)
  const seen = { columns, rows, aspect: pixelAspectOf(instance, first.number) }
  const view =
    state === undefined
      ? viewOf(seen, viewport)
      : presentationViewOf(state, { sopInstanceUID, number: first.number }, seen, viewport)
  checkPixels(view.width, view.height, frames.length)
  checkSides(view.width, view.height, mediaType)
  return view
}

/** The range over several frames, found when it is first asked for: an animation keeps one window. */
function valueRangeOver(instance: Scope, frames: readonly DecodedFrame[]): () => ValueRange | undefined {
  let found: { readonly range: ValueRange | undefined } | undefined
  const rangeOf = (frame: DecodedFrame): ValueRange | undefined => {
    const stored = valuesOfFrame(frame)
    return stored && valueRangeOf(stored, paddingRangeOf(instance, stored))
  }
  return () => {
    found ??= { range: frames.map(rangeOf).reduce(unionOf, undefined) }
    return found.range
  }
}

/** Frames of an animation have the same channels: colours in one make colours of all. */
function alike(rasters: readonly Raster[]): readonly Raster[] {
  return rasters.some(({ channels }) => channels === 3) ? rasters.map(toRgb) : rasters
}
