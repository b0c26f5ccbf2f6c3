import type { Backend } from '../../backend.ts'
import { measured } from '../../http/content.ts'
import { availablePixelDataMediaTypes, type CanTranscode } from '../../media-types/available-media-types.ts'
import type { SelectedMediaType } from '../../media-types/selected-media-type.ts'
import { instancePath } from '../prepared-metadata.ts'
import { keptWhereSmall } from '../small-payloads.ts'
import { frameContent } from './frame-content.ts'
import type { FrameSource } from './frame-source.ts'
import { contentTypeOf, multipartPayload, type PayloadItem, type PayloadItems, tagOf } from './parts.ts'
import type { RetrieveRequest } from './request.ts'
import { conditionsAreMet, type Retrieved, unread } from './response.ts'
import { answerOrStored, codecOf, negotiateForm } from './transcoded/negotiate.ts'
import { negotiatedTarget, TranscodedFrames } from './transcoded/transcoded-frames.ts'

/** One frame as an item of a payload. */
export function frameItem(source: FrameSource, frame: number, contentType: string, root: string): PayloadItem {
  return { content: frameContent(source, frame), contentType, location: frameLocation(source, frame, root) }
}

function frameLocation({ stored }: Pick<FrameSource, 'stored'>, frame: number, root: string): string {
  return `${root}${instancePath(stored)}/frames/${frame}`
}

/**
 * The payload of frames in the best form that is acceptable: one part a frame, or the frame itself where the client takes a
 * single part.
 * @throws DicomwebError `not-acceptable`; AdapterError where the first frame cannot be transcoded, nor sent as it is stored
 * @see PS3.18 §10.4.1.1.6, §8.7.3.3
 */
export async function framesPayload(
  request: RetrieveRequest,
  source: FrameSource,
  frames: readonly number[],
  backend: Backend,
): Promise<Retrieved> {
  const { stored, layout } = source
  const packagings = frames.length === 1 ? (['multipart', 'single'] as const) : (['multipart'] as const)
  const { acceptable } = request
  const formsWith = (can: CanTranscode) =>
    availablePixelDataMediaTypes(stored.transferSyntax, layout.encapsulated, packagings, can)
  const form = [stored.transferSyntax, layout.encapsulated, packagings].join(' ')
  const selected = await negotiateForm(acceptable, stored, form, formsWith, backend)
  return answerOrStored(acceptable, selected, formsWith, (each) =>
    selectedFramesPayload(request, source, frames, each, backend),
  )
}

/** The payload of frames in the form that was selected, each a representation of its own. */
export async function selectedFramesPayload(
  request: RetrieveRequest,
  source: FrameSource,
  frames: readonly number[],
  selected: SelectedMediaType,
  backend: Backend,
): Promise<Retrieved> {
  const { stored } = source
  const contentType = contentTypeOf(selected)
  const { packaging, transcoded = false } = selected.available
  const codec = codecOf([selected], backend)
  const place = packaging === 'single' ? '' : request.root
  const etag = tagOf(stored.digest, frames.join(), contentType, packaging, place, ...codec)
  const validators = { etag, lastModified: stored.storedAt }
  if (!conditionsAreMet(request, validators)) return { content: unread, representation: { contentType, ...validators } }

  const items = transcoded
    ? await transcodedItems(request, source, frames, selected, backend)
    : frames.map((frame) => frameItem(source, frame, contentType, request.root))
  const [only] = items
  if (packaging === 'single' && only !== undefined) {
    const headers = { 'content-location': only.location }
    const content = keptWhereSmall(await measured(only.content), etag, backend)
    return { content, representation: { contentType, ...validators, headers } }
  }
  // Those that have to be made before their length is known are made as the reader comes to them.
  const isToBeMade = transcoded && items.length > 1 && items.some(({ content }) => content.length === undefined)
  const parts: PayloadItems = isToBeMade ? { pull: () => eachOf(items), lookAhead: false } : items
  const { content, representation } = await multipartPayload(parts, selected.mediaType, etag)
  return { content: keptWhereSmall(content, etag, backend), representation: { ...representation, ...validators } }
}

/** The frames in another transfer syntax, the first of them made: what cannot be decoded shows before anything is sent. */
async function transcodedItems(
  { root, signal }: RetrieveRequest,
  source: FrameSource,
  numbers: readonly number[],
  selected: SelectedMediaType,
  backend: Backend,
): Promise<readonly PayloadItem[]> {
  const { stored } = source
  const target = await negotiatedTarget(stored, selected.available.transferSyntax ?? stored.transferSyntax, backend)
  const frames = new TranscodedFrames(stored, target, backend, { numbers, signal })
  await frames.prepare(0)
  const contentType = contentTypeOf(selected)
  return numbers.map((frame, place) => ({
    content: frames.content(place),
    contentType,
    location: frameLocation(source, frame, root),
  }))
}

async function* eachOf(items: readonly PayloadItem[]): AsyncIterable<PayloadItem> {
  yield* items
}
