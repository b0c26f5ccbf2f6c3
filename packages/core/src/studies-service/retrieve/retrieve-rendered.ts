import { type BulkDataRange, tags } from '@sansfilm/dicom'
import type { InstanceScope, Renderer, RenderParameters, StoredInstance } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import { DicomwebError } from '../../errors.ts'
import { measured } from '../../http/content.ts'
import { compressedMediaTypeOf } from '../../media-types/dicom-media-types.ts'
import { resourceCategory } from '../../media-types/resource-category.ts'
import { notAcceptable, selectMediaType } from '../../media-types/selected-media-type.ts'
import { videoHeadLength, videoMediaTypesOf } from '../../media-types/video-media-types.ts'
import { assertUnchanged, notFound } from './access.ts'
import { begun } from './begun.ts'
import { bulkDataContent } from './bulk-data-items.ts'
import { ownForms, valuePayload } from './bulk-data-payload.ts'
import { documentForms } from './encapsulated-document.ts'
import { parseFrameList } from './frame-list.ts'
import { surveyInstances } from './instance-survey.ts'
import { multipartPayload, tagOf } from './parts.ts'
import {
  type DrawableInstance,
  type Drawing,
  drawableInstance,
  frameDrawings,
  isPresentationState,
  presentationDrawings,
  representativeFrame,
} from './rendered/drawing.ts'
import { annotationWarning, parseRenderedParameters, refuseBesidePresentationState } from './rendered/parameters.ts'
import { type RenderedForm, renderedItems, renderedPayload } from './rendered/render.ts'
import { representativeOf } from './rendered/representative.ts'
import { instanceScopeOf, type RetrieveRequest } from './request.ts'
import { conditionsAreMet, type Retrieved, unread } from './response.ts'
import { readPiece } from './whole-content.ts'

/** How a rendered resource is asked for: the parameters of §8.3.5.1, or of the URI Service in their terms. */
export interface RenderedRequest extends RetrieveRequest {
  readonly parameters: RenderParameters
  /** A presentation state that the URI Service names beside the image (§9.5.1.2.7). */
  readonly presentation?: Required<InstanceScope>
}

/**
 * Rendered Resources of a study, series, instance, or frames.
 * @throws DicomwebError `bad-parameter`, `not-found`, `not-acceptable`; `not-implemented` where the server has no renderer
 *   and a drawing is asked for
 * @see PS3.18 §10.4.1.1.3, §8.7.4
 */
export async function retrieveRenderedResource(request: RetrieveRequest, backend: Backend): Promise<Retrieved> {
  const { parameters, unsupportedAnnotations } = parseRenderedParameters(new URLSearchParams(request.query))
  const { content, representation } = await renderResource({ ...request, parameters }, backend)
  const headers = { ...representation.headers, ...annotationWarning(unsupportedAnnotations, request.root) }
  return { content, representation: { ...representation, headers } }
}

/** The same for whoever asks in other words. */
export async function renderResource(request: RenderedRequest, backend: Backend): Promise<Retrieved> {
  const { renderer } = backend
  if (request.scope.instance === undefined)
    return renderer === undefined ? nothingDraws(request, backend) : renderScope(request, renderer, backend)
  const asStored = request.frames === undefined ? await storedForm(request, backend) : undefined
  if (asStored !== undefined) return asStored
  if (renderer === undefined) return nothingDraws(request, backend)
  const instance = await drawableInstance(instanceScopeOf(request), backend)
  const forms = await formsOf(instance, request, renderer, backend)
  const selected = selectMediaType(request.acceptable, forms)
  if (selected === undefined) throw notAcceptable(request.acceptable, [instance.stored.transferSyntax], forms)
  return renderedPayload(request, selected, renderer, backend)
}

/** What can be made of an instance: all of it as one image or document, or one part a frame (Table 10.4.4-1, note 3). */
async function formsOf(
  instance: DrawableInstance,
  request: RenderedRequest,
  renderer: Renderer,
  backend: Backend,
): Promise<readonly RenderedForm[]> {
  const { parameters } = request
  if (isPresentationState(instance.stored)) {
    if (request.frames !== undefined) throw new DicomwebError('bad-request', 'A presentation state has no frames.')
    refuseBesidePresentationState(parameters)
    const drawings = await presentationDrawings(instance, parameters, backend)
    return formsOfDrawings(drawings, drawings.slice(0, 1), renderer)
  }
  const asked = request.frames === undefined ? undefined : parseFrameList(request.frames)
  const presentation = request.presentation && (await drawableInstance(request.presentation, backend))
  const drawings = frameDrawings(instance, asked, parameters).map((drawing) =>
    presentation === undefined ? drawing : { ...drawing, presentation },
  )
  // Clients that show one image get the one that stands for the instance; a list of frames has none.
  const middle = representativeFrame(instance) - 1
  const one = asked === undefined ? drawings.slice(middle, middle + 1) : drawings.length === 1 ? drawings : []
  const forms = formsOfDrawings(drawings, one, renderer)
  return drawings.length > 1 ? [...animatedForms(drawings, renderer), ...forms] : forms
}

/** @param one what stands for all of them where a single image is wanted */
function formsOfDrawings(
  drawings: readonly Drawing[],
  one: readonly Drawing[],
  renderer: Renderer,
): readonly RenderedForm[] {
  const [first] = drawings
  if (first === undefined) return []
  const types = renderer.mediaTypesOf(first.source, Math.min(first.frames.length, 1))
  return [
    ...(one.length === 0 ? [] : types.map((mediaType) => ({ mediaType, packaging: 'single', drawings: one }) as const)),
    ...types.map((mediaType) => ({ mediaType, packaging: 'multipart', drawings }) as const),
  ]
}

/** All frames in one: what cannot be had of a single frame. */
function animatedForms(drawings: readonly Drawing[], renderer: Renderer): readonly RenderedForm[] {
  const [first] = drawings
  if (first === undefined) return []
  const whole = { ...first, frames: drawings.flatMap(({ frames }) => frames) }
  return renderer
    .mediaTypesOf(first.source, whole.frames.length)
    .map((mediaType) => ({ mediaType, packaging: 'single', drawings: [whole] }) as const)
}

/**
 * Every instance of a study or series that can be drawn, one part for each and for each of its frames. Clients that take a
 * single image only get the representative one; the standard would have them refused (Table 10.4.4-1, note 3), but viewers
 * ask so for what they show in lists.
 */
async function renderScope(request: RenderedRequest, renderer: Renderer, backend: Backend): Promise<Retrieved> {
  const { acceptable, root, parameters, scope } = request
  const instance = await drawableInstance(await representativeOf(scope, backend), backend)
  const forms = await formsOf(instance, { ...request, frames: undefined }, renderer, backend)
  const preferred = [...forms].sort((a, b) => rank(a) - rank(b))
  const selected = selectMediaType(acceptable, preferred)
  if (selected === undefined) throw notAcceptable(acceptable, [instance.stored.transferSyntax], preferred)
  if (selected.available.packaging === 'single') return renderedPayload(request, selected, renderer, backend)
  const { mediaType } = selected.available
  const survey = await surveyInstances(scope, backend.index)
  const etag = tagOf('rendered', survey.digest, renderer.version, mediaType, root, JSON.stringify(parameters))
  const validators = { etag, lastModified: survey.lastStored }
  if (!conditionsAreMet(request, validators))
    return { content: unread, representation: { contentType: mediaType, ...validators } }

  async function* drawings(): AsyncIterable<Drawing> {
    for await (const stored of survey.rows()) {
      if (isPresentationState(stored)) continue
      const each = await drawableInstance(stored, backend)
      assertUnchanged(each.stored, stored)
      if (!renderer.mediaTypesOf(each.source, Math.min(each.frames, 1)).includes(mediaType)) continue
      yield* frameDrawings(each, undefined, parameters)
    }
  }
  const pull = await begun(() => renderedItems(drawings(), mediaType, mediaType, request, renderer, backend))
  const { content, representation } = await multipartPayload({ pull, lookAhead: false }, selected.mediaType, etag)
  return { content, representation: { ...representation, ...validators } }
}

const rank = ({ packaging }: RenderedForm): number => (packaging === 'multipart' ? 0 : 1)

/** What needs no drawing: an encapsulated document in its own media type, and a video as it is stored. */
async function storedForm(request: RenderedRequest, backend: Backend): Promise<Retrieved | undefined> {
  const instance = instanceScopeOf(request)
  const found = await backend.index.frames(instance, [])
  if (found === undefined) throw notFound()
  const { stored, pixelData } = found
  switch (resourceCategory(stored, pixelData)) {
    case 'video': {
      const value = await bulkDataRange(stored, tags.PixelData, backend)
      const video = compressedMediaTypeOf(stored.transferSyntax)
      if (value === undefined || video === undefined) return undefined
      const types = await videoTypesOf(stored, value, video.mediaType, backend)
      // "A Transfer Syntax Media Type parameter is not permitted for Rendered Media Types" (§8.7.4).
      const forms = types.flatMap((mediaType) => ownForms(mediaType))
      return forms.length === 0 ? undefined : valuePayload(request, stored, value, forms, backend)
    }
    case 'text': {
      const value = await bulkDataRange(stored, tags.EncapsulatedDocument, backend)
      const forms = value === undefined ? [] : await documentForms(instance, value.length, backend.index)
      if (value === undefined || forms.length === 0) return undefined
      return valuePayload(request, stored, value, forms, backend)
    }
    default:
      return undefined
  }
}

/** None where the bytes are no video that is known: then there is nothing that a player could be told. */
async function videoTypesOf(
  stored: StoredInstance,
  value: BulkDataRange,
  ofSyntax: string,
  backend: Backend,
): Promise<readonly string[]> {
  const content = await measured(await bulkDataContent(stored, value, backend))
  const head = await readPiece(content, 0, Math.min(content.length, videoHeadLength))
  return videoMediaTypesOf(head, ofSyntax)
}

async function bulkDataRange(
  stored: StoredInstance,
  path: string,
  { index }: Backend,
): Promise<BulkDataRange | undefined> {
  const found = await index.bulkData(stored, path)
  assertUnchanged(found?.stored, stored)
  return found?.ranges[0]
}

/** 501 tells viewers for good that there are no drawings, and they fall back to frames. */
export async function nothingDraws({ scope }: RetrieveRequest, { index }: Backend): Promise<never> {
  if ((await index.state(scope)) === undefined) throw notFound()
  throw new DicomwebError(
    'not-implemented',
    'This server draws no images: only encapsulated documents and videos have a rendered form. Frames are at …/frames/{frames}.',
  )
}
