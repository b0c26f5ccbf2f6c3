import { itemsOf, lookupSopClass, numberOf, stringOf, tags, valuesOf } from '@sansfilm/dicom'
import type {
  InstanceScope,
  Renderer,
  RenderParameters,
  RenderSource,
  StoredInstance,
} from '../../../adapters/index.ts'
import type { Backend } from '../../../backend.ts'
import { DicomwebError } from '../../../errors.ts'
import { instancePath } from '../../prepared-metadata.ts'
import { notFound } from '../access.ts'
import { renderSourceOf } from './source.ts'

/** Something to be drawn as one image, animation or document. */
export interface Drawing {
  readonly stored: StoredInstance
  readonly source: RenderSource
  /** Numbers from 1; none where the instance has no frames. */
  readonly frames: readonly number[]
  readonly parameters: RenderParameters
  readonly presentation?: { readonly stored: StoredInstance; readonly source: RenderSource }
  /** Where it cannot be drawn, a symbol of what it is will do. */
  readonly orSymbol?: boolean
}

/** An instance with what a renderer needs of it, and how many frames it has. */
export interface DrawableInstance {
  readonly stored: StoredInstance
  readonly source: RenderSource
  readonly frames: number
}

/** @throws DicomwebError `not-found` */
export async function drawableInstance(scope: Required<InstanceScope>, backend: Backend): Promise<DrawableInstance> {
  const found = await backend.index.frames(scope, [])
  if (found === undefined) throw notFound()
  const { stored, pixelData } = found
  return { stored, source: await renderSourceOf(stored, pixelData, backend), frames: pixelData?.frames ?? 0 }
}

/**
 * The drawings of an instance, one a frame.
 * @param asked the frames; all where absent
 * @throws DicomwebError `not-found` for a frame beyond the last
 */
export function frameDrawings(
  { stored, source, frames }: DrawableInstance,
  asked: readonly number[] | undefined,
  parameters: RenderParameters,
): readonly Drawing[] {
  const beyond = asked?.find((frame) => frame > frames)
  if (beyond !== undefined)
    throw new DicomwebError('not-found', `There is no frame ${beyond}: the instance has ${frames} of them.`, {
      members: { frames },
    })
  if (frames === 0) return [{ stored, source, frames: [], parameters }]
  const each = asked ?? Array.from({ length: frames }, (_, i) => i + 1)
  return each.map((frame) => ({ stored, source, frames: [frame], parameters }))
}

/** Whether an instance says how others are shown, and is rendered by rendering those (PS3.18 §8.3.5.1.6). */
export function isPresentationState({ sopClass }: Pick<StoredInstance, 'sopClass'>): boolean {
  return lookupSopClass(sopClass)?.recordType === 'PRESENTATION'
}

/**
 * "The response shall return rendered versions of all supported Instances and Frames referenced by the Presentation State
 * Instance", in the order of its references. What is not stored here cannot be drawn and is left out.
 * @throws DicomwebError `not-found` where nothing of what it refers to is stored
 * @see PS3.18 §8.3.5.1.6, PS3.3 §C.11.11
 */
export async function presentationDrawings(
  { stored, source }: DrawableInstance,
  parameters: RenderParameters,
  backend: Backend,
): Promise<readonly Drawing[]> {
  const { partition, study } = stored
  const drawings: Drawing[] = []
  for (const seriesItem of itemsOf(source.dataset, tags.ReferencedSeriesSequence)) {
    const series = stringOf(seriesItem, tags.SeriesInstanceUID)
    for (const imageItem of itemsOf(seriesItem, tags.ReferencedImageSequence)) {
      const instance = stringOf(imageItem, tags.ReferencedSOPInstanceUID)
      if (series === undefined || instance === undefined) continue
      const image = await drawableInstance({ partition, study, series, instance }, backend).catch(absent)
      if (image === undefined || image.frames === 0) continue
      const asked = valuesOf(imageItem, tags.ReferencedFrameNumber).map(Number)
      const frames = asked.filter((frame) => Number.isInteger(frame) && frame >= 1 && frame <= image.frames)
      for (const drawing of frameDrawings(image, asked.length === 0 ? undefined : frames, parameters))
        drawings.push({ ...drawing, presentation: { stored, source } })
    }
  }
  if (drawings.length === 0)
    throw new DicomwebError('not-found', 'No image that the presentation state refers to is stored in its study.')
  return drawings
}

function absent(error: unknown): undefined {
  if (error instanceof DicomwebError && error.code === 'not-found') return undefined
  throw error
}

/** Everything the bytes of a rendering depend on: the same pieces promise the same bytes. */
export function identityOf(drawing: Drawing, mediaType: string, { version }: Renderer): readonly string[] {
  const { stored, frames, parameters, presentation, orSymbol = false } = drawing
  const how = JSON.stringify({ parameters, orSymbol })
  return [stored.digest, presentation?.stored.digest ?? '', version, mediaType, frames.join(), how]
}

/** Path below the service root of the resource that a drawing represents. */
export function renderedPath({ stored, frames, presentation, source }: Drawing): string {
  const [frame] = frames
  const isOneOfMany = frames.length === 1 && (source.layout?.frames ?? 0) > 1
  const path = instancePath(stored)
  if (presentation !== undefined) return `${instancePath(presentation.stored)}/rendered`
  return isOneOfMany ? `${path}/frames/${frame}/rendered` : `${path}/rendered`
}

/** Representative Frame Number, or the middle frame (PS3.3 §C.7.6.6). */
export function representativeFrame({ source, frames }: DrawableInstance): number {
  const named = numberOf(source.dataset, tags.RepresentativeFrameNumber)
  if (named !== undefined && Number.isInteger(named) && named >= 1 && named <= frames) return named
  return Math.max(1, Math.floor((frames + 1) / 2))
}
