import { availablePixelDataMediaTypes } from '../../media-types/available-media-types.ts'
import { notAcceptable, selectMediaType } from '../../media-types/selected-media-type.ts'
import { instancePath } from '../prepared-metadata.ts'
import { frameContent } from './frame-content.ts'
import type { FrameSource } from './frame-source.ts'
import { contentTypeOf, multipartPayload, type PayloadItem, tagOf } from './parts.ts'
import type { RetrieveRequest } from './request.ts'
import { conditionsAreMet, type Retrieved, unread } from './response.ts'

/** Frames of one answer that are read ahead of it, together: small ones cost one read each and go out in one write. */
const maxBufferedBytes = 8 * 1024 * 1024

/**
 * The length of an encapsulated frame is known when its end was looked at. Of more frames than this it is not, so that the
 * first byte does not wait for the last frame.
 */
const maxFramesLookedAt = 256

/** One frame as an item of a payload. */
export async function frameItem(
  source: FrameSource,
  frame: number,
  contentType: string,
  root: string,
  mayBuffer: boolean,
): Promise<PayloadItem> {
  return {
    content: await frameContent(source, frame, mayBuffer),
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

  const toItem = (frame: number, mayBuffer: boolean) => frameItem(source, frame, contentType, request.root, mayBuffer)
  async function* pulled(): AsyncIterable<PayloadItem> {
    for (const frame of frames) yield await toItem(frame, true)
  }
  if (layout.encapsulated && frames.length > maxFramesLookedAt) {
    const { content, representation } = multipartPayload(pulled(), selected.mediaType, etag)
    return { content, representation: { ...representation, ...validators } }
  }
  const items: PayloadItem[] = []
  let buffered = 0
  for (const frame of frames) {
    const item = await toItem(frame, buffered < maxBufferedBytes)
    buffered += item.content.length ?? 0
    items.push(item)
  }
  const [only] = items
  if (packaging === 'single' && only !== undefined) {
    const headers = { 'content-location': only.location }
    return { content: only.content, representation: { contentType, ...validators, headers } }
  }
  const { content, representation } = multipartPayload(items, selected.mediaType, etag)
  return { content, representation: { ...representation, ...validators } }
}
