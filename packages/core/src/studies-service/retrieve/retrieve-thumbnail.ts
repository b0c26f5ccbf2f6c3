import type { Viewport } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import type { Packaging } from '../../media-types/acceptable-media-types.ts'
import { notAcceptable, selectMediaType } from '../../media-types/selected-media-type.ts'
import { parseFrameList } from './frame-list.ts'
import { drawableInstance, frameDrawings, representativeFrame } from './rendered/drawing.ts'
import { parseThumbnailViewport } from './rendered/parameters.ts'
import { type RenderedForm, renderedPayload } from './rendered/render.ts'
import { representativeOf } from './rendered/representative.ts'
import type { RetrieveRequest } from './request.ts'
import type { Retrieved } from './response.ts'
import { nothingDraws } from './retrieve-rendered.ts'

/** The box a thumbnail fits in where its size is not asked for, in pixels. */
const defaultViewport: Viewport = { width: 128, height: 128 }

/** What thumbnails can be, the default first (Table 10.4.4-1); viewers ask for either packaging. */
const mediaTypes = ['image/jpeg', 'image/png'] as const
const packagings: readonly Packaging[] = ['single', 'multipart']

/** A study list with a hundred thumbnails asks for them once, not at every look. */
const cacheControl = 'private, max-age=60'

/**
 * One small image that stands for a study, series, instance or frame: the middle frame of the middle instance of the
 * series with the most images. What cannot be drawn has a symbol. Nothing of it names the patient.
 * @throws DicomwebError `bad-parameter`, `not-found`, `not-acceptable`; `not-implemented` where the server has no renderer
 * @see PS3.18 §10.4.1.1.4, §10.4.3.3.4
 */
export async function retrieveThumbnailResource(request: RetrieveRequest, backend: Backend): Promise<Retrieved> {
  const viewport = parseThumbnailViewport(new URLSearchParams(request.query)) ?? defaultViewport
  const { renderer } = backend
  if (renderer === undefined) return nothingDraws(request, backend)
  const instance = await drawableInstance(await representativeOf(request.scope, backend), backend)
  const frame = request.frames === undefined ? representativeFrame(instance) : parseFrameList(request.frames)[0]
  const asked = instance.frames === 0 || frame === undefined ? undefined : [frame]
  const drawings = frameDrawings(instance, asked, { viewport }).map((each) => ({ ...each, orSymbol: true }))
  const forms = packagings.flatMap((packaging): readonly RenderedForm[] =>
    mediaTypes.map((mediaType) => ({ mediaType, packaging, drawings })),
  )
  const selected = selectMediaType(request.acceptable, forms)
  if (selected === undefined) throw notAcceptable(request.acceptable, [instance.stored.transferSyntax], forms)
  const { content, representation } = await renderedPayload(request, selected, renderer, backend)
  const headers = { ...representation.headers, 'cache-control': cacheControl }
  return { content, representation: { ...representation, headers } }
}
