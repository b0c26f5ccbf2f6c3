import type { RenderParameters } from '@sansfilm/core/adapters'
import { type Dataset, pixelDescriptionOf, tags, transferSyntaxes, type Value, type VR } from '@sansfilm/dicom'
import sharp from 'sharp'
import type { Raster } from '../pixels/raster.ts'
import { renderFrames } from '../render-frames.ts'
import type { LoadedDataset, RenderRequest } from '../render-request.ts'

/** An attribute of the JSON model. */
export const of = (vr: VR, ...values: Value[]) => ({ vr, Value: values })

/** An image of unsigned gray bytes, unless `more` says otherwise. */
export function grayImage(columns: number, rows: number, more: Dataset = {}): Dataset {
  return {
    [tags.SOPInstanceUID]: of('UI', '1.2.3'),
    [tags.SamplesPerPixel]: of('US', 1),
    [tags.PhotometricInterpretation]: of('CS', 'MONOCHROME2'),
    [tags.Rows]: of('US', rows),
    [tags.Columns]: of('US', columns),
    [tags.BitsAllocated]: of('US', 8),
    [tags.BitsStored]: of('US', 8),
    [tags.HighBit]: of('US', 7),
    [tags.PixelRepresentation]: of('US', 0),
    ...more,
  }
}

/** 16-bit words, signed where `more` of `grayImage` says so. */
export const words16: Dataset = {
  [tags.BitsAllocated]: of('US', 16),
  [tags.BitsStored]: of('US', 16),
  [tags.HighBit]: of('US', 15),
}

export const wordsOf = (...numbers: readonly number[]): Uint8Array => new Uint8Array(Int16Array.from(numbers).buffer)

/** What is asked of the renderer, all but the image. */
export interface Asked {
  readonly mediaType?: string
  readonly parameters?: RenderParameters
  readonly presentation?: Dataset
  readonly bulkData?: LoadedDataset['bulkData']
}

/** A request for native frames, numbered from 1. */
export function requestFor(dataset: Dataset, frames: readonly Uint8Array[], asked: Asked = {}): RenderRequest {
  const description = pixelDescriptionOf(dataset)
  if (description === undefined) throw new Error('the image is not described')
  const bulkData = asked.bulkData ?? new Map()
  return {
    source: { dataset, bulkData, description, transferSyntax: transferSyntaxes.ExplicitVRLittleEndian.uid },
    frames: frames.map((bytes, i) => ({ number: i + 1, bytes })),
    mediaType: asked.mediaType ?? 'image/png',
    parameters: asked.parameters ?? {},
    ...(asked.presentation && { presentation: { dataset: asked.presentation, bulkData: new Map() } }),
  }
}

/** One frame, rendered to a PNG and read again. */
export async function drawn(dataset: Dataset, frame: Uint8Array, asked: Asked = {}): Promise<Raster> {
  return readImage((await renderFrames(requestFor(dataset, [frame], asked))).bytes)
}

/** The samples of an encoded image, as many channels as it has. */
export async function readImage(bytes: Uint8Array): Promise<Raster> {
  const { channels } = await sharp(bytes).metadata()
  const image = channels === 1 ? sharp(bytes).toColourspace('b-w') : sharp(bytes)
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: channels === 1 ? 1 : 3, data }
}
