import { type BulkDataRange, lookupTransferSyntax, type Uid } from '@sansfilm/dicom'
import type { StoredInstance } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import { availableOctets, availablePixelDataMediaTypes } from '../../media-types/available-media-types.ts'
import { notAcceptable, type SelectedMediaType, selectMediaType } from '../../media-types/selected-media-type.ts'
import { bulkDataItems } from './bulk-data-items.ts'
import { surveyInstances } from './instance-survey.ts'
import { contentTypeOf, multipartPayload, type PayloadItem, tagOf } from './parts.ts'
import { maxLookedAhead } from './payload-length.ts'
import type { RetrieveRequest } from './request.ts'
import { conditionsAreMet, type Retrieved, unread } from './response.ts'

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
  const compressed = new Map<Uid, SelectedMediaType>()
  const syntaxes = [...survey.transferSyntaxes.keys()]
  const encapsulated = syntaxes.filter((uid) => lookupTransferSyntax(uid)?.encapsulated)
  for (const uid of encapsulated) {
    const selected = selectMediaType(acceptable, availablePixelDataMediaTypes(uid, true, ['multipart']))
    if (selected !== undefined) compressed.set(uid, selected)
  }
  // Octets of a study that is all compressed would be everything but the images.
  const first = compressed.values().next().value ?? (encapsulated.length < syntaxes.length ? octets : undefined)
  if (first === undefined) {
    const available = syntaxes.flatMap((uid) =>
      availablePixelDataMediaTypes(uid, encapsulated.includes(uid), ['multipart']),
    )
    throw notAcceptable(acceptable, syntaxes, available)
  }
  async function* pull(): AsyncIterable<PayloadItem> {
    for await (const stored of survey.rows()) {
      const selected = compressed.get(stored.transferSyntax)
      const contentTypes = {
        octets: octets && contentTypeOf(octets),
        compressed: selected && contentTypeOf(selected),
      }
      yield* bulkDataItems(stored, await rangesOf(stored), contentTypes, root, backend)
    }
  }
  const chosen = [...compressed].map(([uid, selected]) => `${uid} ${contentTypeOf(selected)}`).sort()
  const etag = tagOf(resource, survey.digest, root, octets?.mediaType ?? '', ...chosen)
  // Compressed instances have octets too, but none in their pixel data.
  const needsOctets = resource === 'bulkdata' || encapsulated.length < syntaxes.length
  const isPartial = (needsOctets && octets === undefined) || compressed.size < encapsulated.length
  const more = { etag, lastModified: survey.lastStored, ...(isPartial && { status: 206 }) }
  if (!conditionsAreMet(request, more))
    return { content: unread, representation: { contentType: first.mediaType, ...more } }

  const lookAhead = survey.instances <= maxLookedAhead
  const { content, representation } = await multipartPayload({ pull, lookAhead }, first.mediaType, etag)
  return { content, representation: { ...representation, ...more } }
}
