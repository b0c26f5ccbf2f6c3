import type { BulkDataRange } from '@sansfilm/dicom'
import type { StoredInstance } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import { sliceContent } from '../../http/content.ts'
import type { Packaging } from '../../media-types/acceptable-media-types.ts'
import {
  availableOctets,
  availablePixelDataMediaTypes,
  type CanTranscode,
} from '../../media-types/available-media-types.ts'
import {
  type AvailableMediaType,
  notAcceptable,
  type SelectedMediaType,
  selectMediaType,
} from '../../media-types/selected-media-type.ts'
import { begun } from './begun.ts'
import { bulkDataContent, bulkDataItems, bulkDataLocation, isPixelData } from './bulk-data-items.ts'
import { frameContent } from './frame-content.ts'
import { lookUpFrames } from './frame-source.ts'
import { selectedFramesPayload } from './frames-payload.ts'
import { contentTypeOf, maxHeldParts, multipartPayload, tagOf } from './parts.ts'
import type { RetrieveRequest } from './request.ts'
import { conditionsAreMet, type Retrieved, unread } from './response.ts'
import { answerOrStored, codecOf, negotiate } from './transcoded/negotiate.ts'
import { isWhole } from './transcoded/pixel-items.ts'

/** A media type that a value can be sent as. */
export interface ValueForm extends AvailableMediaType {
  /** The value without padding, where its own media type has none. */
  readonly length?: number
}

/** Viewers that name no media type for bulk data want the bytes alone (Table 10.4.4-1 has no default for it). */
const singleFirst: readonly Packaging[] = ['single', 'multipart']

/** The forms that bulk data has as such; compressed image frames have theirs one by one. */
export function bulkDataForms(stored: StoredInstance, { encapsulated }: BulkDataRange): readonly ValueForm[] {
  return encapsulated
    ? availablePixelDataMediaTypes(stored.transferSyntax, true, singleFirst)
    : availableOctets(singleFirst)
}

/** A media type that the bytes of a value have by themselves, such as that of an encapsulated PDF. */
export function ownForms(mediaType: string, length?: number): readonly ValueForm[] {
  return singleFirst.map((packaging) => ({ mediaType, packaging, ...(length !== undefined && { length }) }))
}

/**
 * The value of one attribute of one instance, in one of the forms.
 * @throws DicomwebError `not-acceptable`
 * @see PS3.18 §10.4.3.3.5
 */
export async function valuePayload(
  request: RetrieveRequest,
  stored: StoredInstance,
  range: BulkDataRange,
  forms: readonly ValueForm[],
  backend: Backend,
): Promise<Retrieved> {
  const selected = selectMediaType(request.acceptable, forms)
  if (selected === undefined) throw notAcceptable(request.acceptable, [stored.transferSyntax], forms)
  return selectedValuePayload(request, stored, range, selected, backend)
}

async function selectedValuePayload(
  request: RetrieveRequest,
  stored: StoredInstance,
  range: BulkDataRange,
  selected: SelectedMediaType<ValueForm>,
  backend: Backend,
): Promise<Retrieved> {
  const contentType = contentTypeOf(selected)
  const { packaging, length } = selected.available
  const etag = tagOf(stored.digest, range.path, contentType, packaging, packaging === 'single' ? '' : request.root)
  const validators = { etag, lastModified: stored.storedAt }
  if (!conditionsAreMet(request, validators)) return { content: unread, representation: { contentType, ...validators } }

  const value = await bulkDataContent(stored, range, backend)
  const content = length === undefined ? value : sliceContent(value, { offset: 0, length })
  if (packaging === 'single') return { content, representation: { contentType, ...validators } }
  const location = bulkDataLocation(request.root, stored, range)
  const payload = await multipartPayload([{ content, contentType, location }], selected.mediaType, etag)
  return { content: payload.content, representation: { ...payload.representation, ...validators } }
}

/**
 * One attribute as bulk data: its value, or where it is compressed images, each frame of it.
 * @throws DicomwebError `not-acceptable`; AdapterError where the first frame cannot be transcoded, nor sent as it is stored
 * @see PS3.18 §8.7.3.3
 */
export async function bulkDataPayload(
  request: RetrieveRequest,
  stored: StoredInstance,
  range: BulkDataRange,
  backend: Backend,
): Promise<Retrieved> {
  if (!isPixelData(range, stored)) return valuePayload(request, stored, range, bulkDataForms(stored, range), backend)
  const { transferSyntax } = stored
  const frames = (await backend.index.frames(stored, []))?.pixelData?.frames ?? 0
  const packagings: readonly Packaging[] = frames === 1 ? ['multipart', 'single'] : ['multipart']
  const formsWith = (can: CanTranscode): readonly ValueForm[] =>
    availablePixelDataMediaTypes(transferSyntax, range.encapsulated, packagings, can, singleFirst)
  const selected = await negotiate(request.acceptable, stored, formsWith, backend)
  return answerOrStored(request.acceptable, selected, formsWith, (form) =>
    selectedBulkDataPayload(request, stored, range, frames, form, backend),
  )
}

async function selectedBulkDataPayload(
  request: RetrieveRequest,
  stored: StoredInstance,
  range: BulkDataRange,
  frames: number,
  selected: SelectedMediaType<ValueForm>,
  backend: Backend,
): Promise<Retrieved> {
  const { transcoded = false } = selected.available
  if (!transcoded && !range.encapsulated) return selectedValuePayload(request, stored, range, selected, backend)
  if (frames > 0 && frames <= maxHeldParts && !(transcoded && isWhole(selected))) {
    const list = Array.from({ length: frames }, (_, i) => i + 1)
    return selectedFramesPayload(request, await lookUpFrames(stored, list, backend), list, selected, backend)
  }
  return pixelDataPayload(request, stored, range, selected, backend)
}

/** Pixel data as a whole, or more frames than are to be held. */
async function pixelDataPayload(
  request: RetrieveRequest,
  stored: StoredInstance,
  range: BulkDataRange,
  selected: SelectedMediaType,
  backend: Backend,
): Promise<Retrieved> {
  const contentType = contentTypeOf(selected)
  const { packaging, transcoded = false } = selected.available
  const codec = codecOf([selected], backend)
  const place = packaging === 'single' ? ['single'] : [request.root]
  const etag = tagOf(stored.digest, range.path, contentType, ...place, ...codec)
  const validators = { etag, lastModified: stored.storedAt }
  if (!conditionsAreMet(request, validators)) return { content: unread, representation: { contentType, ...validators } }

  const forms = { octets: undefined, compressed: undefined, pixelData: selected }
  const pull = await begun(() => bulkDataItems(stored, [range], forms, request, backend))
  if (packaging === 'single') {
    for await (const { content } of pull()) return { content, representation: { contentType, ...validators } }
  }
  const lookAhead = transcoded ? isWhole(selected) : await tellsLengths(stored, backend)
  const { content, representation } = await multipartPayload({ pull, lookAhead }, selected.mediaType, etag)
  return { content, representation: { ...representation, ...validators } }
}

/** Whether the frame table tells how long frames are. Without it every one has to be looked at. */
async function tellsLengths(stored: StoredInstance, backend: Backend): Promise<boolean> {
  const source = await lookUpFrames(stored, [1], backend)
  return frameContent(source, 1).length !== undefined
}
