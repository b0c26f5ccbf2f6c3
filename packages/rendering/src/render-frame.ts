import { AdapterError, type RenderParameters } from '@sansfilm/core/adapters'
import { paletteOf, paletteTable } from './colour/palette.ts'
import { toRgbRaster } from './colour/to-rgb.ts'
import type { DecodedFrame } from './decode-frames.ts'
import { shrinkOf, type View } from './geometry/view.ts'
import { grayscaleFunction } from './grayscale/grayscale-function.ts'
import type { Scope } from './loaded-values.ts'
import { drawThroughTable } from './pixels/draw-through-table.ts'
import { paddingRangeOf } from './pixels/pixel-padding.ts'
import { cropRaster, type Raster } from './pixels/raster.ts'
import { type StoredValues, storedValuesOf } from './pixels/stored-values.ts'
import { unionOf, type ValueRange, valueRangeOf } from './pixels/value-range.ts'
import { isIndexed, tabulate } from './pixels/value-table.ts'

/** What the frames of one request have in common. */
export interface Picture {
  readonly instance: Scope
  readonly parameters: RenderParameters
  readonly view: View
  /** Of the stored values of all frames, but for padding. */
  readonly valueRange: () => ValueRange | undefined
}

/** The region of the view of one frame as it is seen, perhaps already smaller. */
export function renderFrame(picture: Picture, frame: DecodedFrame): Raster {
  const { samplesPerPixel, photometricInterpretation } = frame.description
  if (samplesPerPixel === 3) return cropRaster(toRgbRaster(frame.bytes, frame.description), picture.view.region)
  if (samplesPerPixel !== 1) throw new AdapterError('unsupported', `${samplesPerPixel} samples a pixel are not drawn`)
  return photometricInterpretation === 'PALETTE COLOR' ? drawPalette(picture, frame) : drawGrayscale(picture, frame)
}

function drawPalette({ instance, view }: Picture, frame: DecodedFrame): Raster {
  const stored = storedValues(frame)
  if (!isIndexed(stored)) throw new AdapterError('unsupported', 'a palette has at most 16 bits')
  const table = paletteTable(paletteOf(instance, stored.signed), stored)
  return drawThroughTable(stored, table, frame.description.columns, view.region)
}

function drawGrayscale({ instance, parameters, view, valueRange }: Picture, frame: DecodedFrame): Raster {
  const stored = storedValues(frame)
  const padding = paddingRangeOf(instance, stored)
  const gray = grayscaleFunction({ instance, frame: frame.number, stored, padding, valueRange }, parameters.window)
  const { samples, table } = tabulate(stored, gray)
  return drawThroughTable(samples, table, frame.description.columns, view.region, shrinkOf(view))
}

function storedValues({ bytes, description }: DecodedFrame): StoredValues {
  return storedValuesOf(bytes, description, description.rows * description.columns)
}

/** The range over several frames, found when it is first asked for: an animation keeps one window. */
export function valueRangeOver(instance: Scope, frames: readonly DecodedFrame[]): () => ValueRange | undefined {
  let found: { readonly range: ValueRange | undefined } | undefined
  return () => {
    found ??= {
      range: frames
        .map((frame) => storedValues(frame))
        .map((stored) => valueRangeOf(stored, paddingRangeOf(instance, stored)))
        .reduce(unionOf, undefined),
    }
    return found.range
  }
}
