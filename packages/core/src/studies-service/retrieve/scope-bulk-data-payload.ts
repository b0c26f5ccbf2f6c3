import { type BulkDataRange, lookupTransferSyntax, type Uid } from '@sansfilm/dicom'
import type { StoredInstance } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import type { AcceptableMediaTypes } from '../../media-types/acceptable-media-types.ts'
import {
  availableOctets,
  availablePixelDataMediaTypes,
  type CanTranscode,
  cannotTranscode,
} from '../../media-types/available-media-types.ts'
import {
  type AvailableMediaType,
  notAcceptable,
  type SelectedMediaType,
  selectMediaType,
} from '../../media-types/selected-media-type.ts'
import { begun } from './begun.ts'
import { type BulkDataForms, bulkDataItems } from './bulk-data-items.ts'
import { surveyInstances } from './instance-survey.ts'
import { contentTypeOf, multipartPayload, type PayloadItem, tagOf } from './parts.ts'
import { maxLookedAhead } from './payload-length.ts'
import type { RetrieveRequest } from './request.ts'
import { conditionsAreMet, type Retrieved, unread } from './response.ts'
import { failuresAmong } from './transcoded/failures.ts'
import { canTranscode, codecOf, mayTranscode } from './transcoded/negotiate.ts'

/**
 * Bulk data of all instances of a scope, pulled instance by instance into one multipart payload.
 * @param resource all bulk data, or pixel data of the top level alone
 * @param rangesOf what is to be sent of an instance
 * @throws DicomwebError `not-found`; `not-acceptable` where nothing of what is stored could be sent
 * @see PS3.18 §10.4.3.3.5, §10.4.3.3.6
 */
export async function scopeBulkDataPayload(
  request: RetrieveRequest,
  backend: Backend,
  resource: 'bulkdata' | 'pixeldata',
  rangesOf: (stored: StoredInstance) => Promise<readonly BulkDataRange[]>,
): Promise<Retrieved> {
  const { scope, acceptable, root } = request
  const survey = await surveyInstances(scope, backend.index)
  const octets = selectMediaType(acceptable, availableOctets(['multipart']))
  const syntaxes = [...survey.transferSyntaxes.keys()]
  const hoped = new Map<Uid, SelectedMediaType>()
  for (const transferSyntax of syntaxes) {
    const selected = selectPixelData(acceptable, transferSyntax, mayTranscode({ transferSyntax }, backend))
    if (selected !== undefined) hoped.set(transferSyntax, selected)
  }
  // Octets of a study that is all compressed would be everything but the images.
  const [first] = hoped.values()
  if (first === undefined) {
    const available = syntaxes.flatMap((uid) => formsOf(uid, mayTranscode({ transferSyntax: uid }, backend)))
    throw notAcceptable(acceptable, syntaxes, available)
  }
  async function* pull(): AsyncIterable<PayloadItem> {
    for await (const stored of survey.rows()) {
      const forms = await bulkDataFormsOf(request, stored, hoped.get(stored.transferSyntax), octets, backend)
      yield* bulkDataItems(stored, await rangesOf(stored), forms, request, backend)
    }
  }
  const chosen = [...hoped].map(([uid, selected]) => `${uid} ${contentTypeOf(selected)}`).sort()
  const codec = codecOf([...hoped.values()], backend)
  const isTranscoded = codec.length > 0
  const failed = isTranscoded ? [failuresAmong(survey.held)] : []
  const etag = tagOf(resource, survey.digest, root, octets?.mediaType ?? '', ...chosen, ...codec, ...failed)
  // Instances have octets beside their pixel data.
  const isPartial = (resource === 'bulkdata' && octets === undefined) || hoped.size < syntaxes.length
  const more = { etag, lastModified: survey.lastStored, ...(isPartial && { status: 206 }) }
  if (!conditionsAreMet(request, more))
    return { content: unread, representation: { contentType: first.mediaType, ...more } }

  const lookAhead = survey.instances <= maxLookedAhead && !isTranscoded
  const items = { pull: isTranscoded ? await begun(pull) : pull, lookAhead }
  const { content, representation } = await multipartPayload(items, first.mediaType, etag)
  return { content, representation: { ...representation, ...more } }
}

function formsOf(transferSyntax: Uid, can: CanTranscode): readonly AvailableMediaType[] {
  const encapsulated = lookupTransferSyntax(transferSyntax)?.encapsulated === true
  return availablePixelDataMediaTypes(transferSyntax, encapsulated, ['multipart'], can)
}

function selectPixelData(
  acceptable: AcceptableMediaTypes,
  transferSyntax: Uid,
  can: CanTranscode,
): SelectedMediaType | undefined {
  return selectMediaType(acceptable, formsOf(transferSyntax, can))
}

/** In what the bulk data of one instance goes out, its pixels looked at where a codec is needed. */
async function bulkDataFormsOf(
  { acceptable }: RetrieveRequest,
  stored: StoredInstance,
  hoped: SelectedMediaType | undefined,
  octets: SelectedMediaType | undefined,
  backend: Backend,
): Promise<BulkDataForms> {
  const { transferSyntax } = stored
  const compressed = selectPixelData(acceptable, transferSyntax, cannotTranscode)
  const values = { octets: octets && contentTypeOf(octets), compressed: compressed && contentTypeOf(compressed) }
  if (hoped?.available.transcoded !== true) return { ...values, pixelData: hoped }
  // One image among many that cannot be decoded is no reason to send none: it goes out as it is stored, and says so.
  const [stands] = formsOf(transferSyntax, cannotTranscode)
  const otherwise = stands && { available: stands, mediaType: stands.mediaType }
  const pixelData = selectPixelData(acceptable, transferSyntax, await canTranscode(stored, backend))
  return { ...values, pixelData: pixelData ?? otherwise, otherwise }
}
