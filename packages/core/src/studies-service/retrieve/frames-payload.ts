import { measured } from '../../http/content.ts'
import { availablePixelDataMediaTypes } from '../../media-types/available-media-types.ts'
import { notAcceptable, selectMediaType } from '../../media-types/selected-media-type.ts'
import { instancePath } from '../prepared-metadata.ts'
import { frameContent } from './frame-content.ts'
import type { FrameSource } from './frame-source.ts'
import { contentTypeOf, multipartPayload, type PayloadItem, tagOf } from './parts.ts'
import type { RetrieveRequest } from './request.ts'
import { conditionsAreMet, type Retrieved, unread } from './response.ts'

/** One frame as an item of a payload. */
export function frameItem(source: FrameSource, frame: number, contentType: string, root: string): PayloadItem {
  return {
    content: frameContent(source, frame),
    contentType,
    location: `${root}${instancePath(source.stored)}/frames/${frame}`,
  }
}

/**
 * The payload of frames, each a representation of its own: one part a frame, or the frame itself where the client takes a
 * single part.
 * @throws DicomwebError `not-acceptable`
 * @see PS3.18 §10.4.1.1.6, §8.7.3.3
 */
export async function framesPayload(
  request: RetrieveRequest,
  source: FrameSource,
  frames: readonly number[],
): Promise<Retrieved> {
  const { stored, layout } = source
  const packagings = frames.length === 1 ? (['multipart', 'single'] as const) : (['multipart'] as const)
  const available = availablePixelDataMediaTypes(stored.transferSyntax, layout.encapsulated, packagings)
  const selected = selectMediaType(request.acceptable, available)
  if (selected === undefined) throw notAcceptable(request.acceptable, [stored.transferSyntax], available)
  const contentType = contentTypeOf(selected)
  const { packaging } = selected.available
  const etag = tagOf(stored.digest, frames.join(), contentType, packaging, packaging === 'single' ? '' : request.root)
  const validators = { etag, lastModified: stored.storedAt }
  if (!conditionsAreMet(request, validators)) return { content: unread, representation: { contentType, ...validators } }

  const items = frames.map((frame) => frameItem(source, frame, contentType, request.root))
  const [only] = items
  if (packaging === 'single' && only !== undefined) {
    const headers = { 'content-location': only.location }
    return { content: await measured(only.content), representation: { contentType, ...validators, headers } }
  }
  const { content, representation } = await multipartPayload(items, selected.mediaType, etag)
  return { content, representation: { ...representation, ...validators } }
}
