import { AdapterError } from '@sansfilm/core/adapters'
import { stringOf, tags } from '@sansfilm/dicom'
import {
  type Palette,
  paletteColour,
  paletteColourOfShare,
  paletteOf,
  paletteTable,
  supplementalPaletteOf,
} from '../colour/palette.ts'
import { toRgbRaster } from '../colour/to-rgb.ts'
import type { DecodedFrame } from '../decode-frames.ts'
import { shrinkOf } from '../geometry/view.ts'
import { grayscaleFunction } from '../grayscale/grayscale-function.ts'
import type { Transform } from '../grayscale/modality-transform.ts'
import type { Scope } from '../loaded-values.ts'
import type { Picture } from '../picture.ts'
import { presentationGrayscale } from '../presentation/presentation-grayscale.ts'
import { segmentationTable, segmentationTypeOf } from '../segmentation/segmentation-table.ts'
import { drawThroughTable } from './draw-through-table.ts'
import { paddingRangeOf } from './pixel-padding.ts'
import { cropRaster, type Raster } from './raster.ts'
import { type StoredValues, storedValuesOf } from './stored-values.ts'
import { type IndexedValues, isIndexed, tableOf, tabulate, type ValueTable } from './value-table.ts'

/** The stored values of a frame of one sample a pixel; `undefined` for other frames. */
export function valuesOfFrame({ bytes, description }: DecodedFrame): StoredValues | undefined {
  if (description.samplesPerPixel !== 1) return undefined
  return storedValuesOf(bytes, description, description.rows * description.columns)
}

/** The pixels in the region of the view as they are seen; a gray picture may be smaller already than the region is. */
export function drawPixels(picture: Picture, frame: DecodedFrame, stored: StoredValues | undefined): Raster {
  const { samplesPerPixel, columns } = frame.description
  const { region } = picture.view
  if (samplesPerPixel === 3) return cropRaster(toRgbRaster(frame.bytes, frame.description), region)
  if (stored === undefined) throw new AdapterError('unsupported', `${samplesPerPixel} samples a pixel are not drawn`)
  if (isIndexed(stored)) {
    const table = colourTable(picture, frame, stored)
    if (table !== undefined) return drawThroughTable(stored, table, columns, region)
  }
  const gray = grayOf(picture, frame, stored)
  const { samples, table } = tabulate(stored, (value) => Math.round(gray(value) * 255))
  return drawThroughTable(samples, table, columns, region, picture.state === undefined ? shrinkOf(picture.view) : 1)
}

/** What values are drawn as in images of one sample that have colours; `undefined` for gray ones. */
function colourTable(picture: Picture, frame: DecodedFrame, stored: IndexedValues): ValueTable | undefined {
  const { instance, state } = picture
  if (frame.description.photometricInterpretation === 'PALETTE COLOR') {
    return paletteTable(paletteOf(instance, stored.signed), stored)
  }
  if (segmentationTypeOf(instance.dataset) !== undefined) return segmentationTable(instance, frame.number, stored)
  const pseudoColours = state === undefined ? undefined : pseudoColoursOf(state)
  if (pseudoColours !== undefined) {
    const gray = grayOf(picture, frame, stored)
    return tableOf(stored, 3, (value) => paletteColourOfShare(pseudoColours, gray(value)))
  }
  const supplement = supplementalPaletteOf(instance, stored.signed)
  return supplement && supplementedTable(supplement, grayOf(picture, frame, stored), stored)
}

/** The palette of a Pseudo-Color Softcopy Presentation State. @see PS3.4 §N.2.3 */
function pseudoColoursOf(state: Scope): Palette | undefined {
  return stringOf(state.dataset, tags.PresentationLUTShape) === undefined ? paletteOf(state, false) : undefined
}

function supplementedTable(palette: Palette, gray: Transform, stored: IndexedValues): ValueTable {
  const [{ first }] = palette
  return tableOf(stored, 3, (value) => {
    if (value >= first) return paletteColour(palette, value)
    const level = Math.round(gray(value) * 255)
    return [level, level, level]
  })
}

/** The grayscale pipeline of a frame, from stored values to 0-1. */
function grayOf(
  { instance, sopInstanceUID, state, parameters, valueRange }: Picture,
  frame: DecodedFrame,
  stored: StoredValues,
): Transform {
  const padding = paddingRangeOf(instance, stored)
  const overrides = state && presentationGrayscale(state, { sopInstanceUID, number: frame.number }, stored)
  return grayscaleFunction({ instance, frame: frame.number, stored, padding, valueRange }, parameters.window, overrides)
}
