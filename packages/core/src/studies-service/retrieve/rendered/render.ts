import { isAboutPixelData } from '../../../adapters/adapter-error.ts'
import { AdapterError, type Renderer, type Rendering } from '../../../adapters/index.ts'
import type { Backend } from '../../../backend.ts'
import { bytesContent } from '../../../http/content.ts'
import type { AvailableMediaType, SelectedMediaType } from '../../../media-types/selected-media-type.ts'
import { begun } from '../begun.ts'
import { contentTypeOf, multipartPayload, type PayloadItem, tagOf } from '../parts.ts'
import type { RetrieveRequest } from '../request.ts'
import { conditionsAreMet, type Retrieved, unread } from '../response.ts'
import { type Drawing, identityOf, renderedPath } from './drawing.ts'

/** A media type that drawings can be rendered to: all in one, or one a part. */
export interface RenderedForm extends AvailableMediaType {
  readonly drawings: readonly Drawing[]
}

/** The bytes of a drawing: from what is kept, or made now. @throws AdapterError `unsupported`, `damaged`, `unavailable` */
async function bytesOf(
  drawing: Drawing,
  mediaType: string,
  renderer: Renderer,
  backend: Backend,
  wanted?: AbortSignal,
): Promise<Uint8Array> {
  return backend.derivations.get(
    ['rendered', ...identityOf(drawing, mediaType, renderer)],
    async (signal) => (await draw(drawing, mediaType, renderer, signal)).bytes,
    wanted,
  )
}

async function draw(drawing: Drawing, mediaType: string, renderer: Renderer, signal: AbortSignal): Promise<Rendering> {
  const { source, frames, parameters, presentation, orSymbol = false } = drawing
  const request = { source, frames, mediaType, parameters, signal }
  try {
    if (orSymbol && frames.length === 0) throw new AdapterError('unsupported', 'There is no image to draw')
    return await renderer.render(
      presentation === undefined ? request : { ...request, presentation: presentation.source },
    )
  } catch (error) {
    const { viewport } = parameters
    if (!orSymbol || viewport === undefined || !isAboutPixelData(error)) throw error
    return renderer.symbol({ dataset: source.dataset, mediaType, viewport, signal })
  }
}

/**
 * The payload of drawings in the form that was selected.
 * @throws AdapterError where nothing of it can be drawn
 * @see PS3.18 §10.4.3.3.3
 */
export async function renderedPayload(
  request: RetrieveRequest,
  selected: SelectedMediaType<RenderedForm>,
  renderer: Renderer,
  backend: Backend,
): Promise<Retrieved> {
  const { packaging, mediaType, drawings } = selected.available
  const contentType = withCharacterSet(contentTypeOf(selected))
  const identities = drawings.map((drawing) => identityOf(drawing, mediaType, renderer))
  const etag = tagOf(packaging, packaging === 'single' ? '' : request.root, ...identities.flat())
  const lastModified = new Date(Math.max(...drawings.map(({ stored }) => stored.storedAt.getTime())))
  const representation = { contentType, etag, lastModified, headers: documentHeaders(mediaType) }
  if (!conditionsAreMet(request, representation)) return { content: unread, representation }
  const [first] = drawings
  if (packaging === 'single' && first !== undefined) {
    const content = bytesContent(await bytesOf(first, mediaType, renderer, backend, request.signal))
    const location = { 'content-location': request.root + renderedPath(first) }
    return { content, representation: { ...representation, headers: { ...representation.headers, ...location } } }
  }
  const pull = await begun(() => renderedItems(drawings, mediaType, contentType, request, renderer, backend))
  const payload = await multipartPayload({ pull, lookAhead: false }, selected.mediaType, etag)
  return { content: payload.content, representation: { ...payload.representation, lastModified } }
}

/**
 * One item for each drawing, made as the reader comes to it. What turns out to be damaged is left out, since a rendering is
 * owed of "all valid Instances" (§10.4.3.3.3); where nothing can be drawn, the first reason is thrown.
 */
export async function* renderedItems(
  drawings: Iterable<Drawing> | AsyncIterable<Drawing>,
  mediaType: string,
  contentType: string,
  { root, signal }: Pick<RetrieveRequest, 'root' | 'signal'>,
  renderer: Renderer,
  backend: Backend,
): AsyncIterable<PayloadItem> {
  let reason: unknown
  let drawn = 0
  for await (const drawing of drawings) {
    try {
      const content = bytesContent(await bytesOf(drawing, mediaType, renderer, backend, signal))
      drawn++
      yield { content, contentType, location: root + renderedPath(drawing) }
    } catch (error) {
      if (!isAboutPixelData(error)) throw error
      reason ??= error
    }
  }
  if (drawn === 0 && reason !== undefined) throw reason
}

const isText = (mediaType: string): boolean => mediaType.startsWith('text/')

function withCharacterSet(contentType: string): string {
  return isText(contentType) ? `${contentType}; charset=utf-8` : contentType
}

/** A document made of patients' data is shown, and does nothing: no script, and no request that a reader did not make. */
function documentHeaders(mediaType: string): Readonly<Record<string, string>> {
  if (!isText(mediaType) && mediaType !== 'image/svg+xml') return {}
  return {
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups",
  }
}
