import type { Uid } from '@sansfilm/dicom'
import type { Backend } from '../../backend.ts'
import type { Context } from '../../context.ts'
import { DicomwebError } from '../../errors.ts'
import { parseMediaType } from '../../http/media-type.ts'
import type { IncomingPart } from '../../http/multipart-related/read.ts'
import { mediaTypes } from '../../media-types/dicom-media-types.ts'
import { failureReasons } from './failure-reason.ts'
import { type IngestOutcome, ingest, type Refused } from './ingest.ts'
import { overlapParts } from './overlap-parts.ts'
import type { StoreRequest } from './request.ts'
import { openRequestPack } from './request-pack.ts'
import { storeMetadataAndBulkdata } from './store-metadata.ts'

/**
 * Stores what a request carries, part by part.
 * @param root absolute URL of the partition, for links in the metadata form
 * @throws DicomwebError where nothing could be stored for a reason of the request as a whole
 * @see PS3.18 §10.5.2
 */
export async function storeParts(
  request: StoreRequest,
  study: Uid | undefined,
  root: string,
  context: Context,
  backend: Backend,
): Promise<readonly IngestOutcome[]> {
  const outcomes: IngestOutcome[] = []
  const each =
    request.representation === mediaTypes.dicom
      ? storePart10Parts(request.parts, study, context, backend)
      : storeMetadataAndBulkdata(request.representation, request.parts, study, root, context, backend)
  const take = (outcome: IngestOutcome) => {
    if ('refused' in outcome) tellOfRefusal(outcome, context, backend)
    outcomes.push(outcome)
  }
  try {
    for await (const outcome of each) take(outcome)
  } catch (error) {
    // What was stored before the payload broke off stays stored, so the answer has to say so.
    if (!(error instanceof DicomwebError) || !outcomes.some((outcome) => 'stored' in outcome)) throw error
    take({
      refused: error.code === 'payload-too-large' ? 'tooLarge' : 'cannotUnderstand',
      detail: error.message,
      identity: {},
    })
  }
  if (outcomes.length === 0) throw new DicomwebError('bad-request', 'The payload has no parts.')
  return outcomes
}

function tellOfRefusal({ refused, identity }: Refused, context: Context, { emit }: Backend): void {
  const { sopClass: _, ...target } = identity
  emit({ type: 'refused', at: new Date(), context, target, failureReason: failureReasons[refused].code })
}

function storePart10Parts(
  parts: AsyncIterable<IncomingPart>,
  study: Uid | undefined,
  context: Context,
  backend: Backend,
): AsyncIterable<IngestOutcome> {
  const pack = openRequestPack(backend.storage, context.partition)
  const store = (body: AsyncIterable<Uint8Array>) =>
    pack === undefined
      ? ingest(body, study, context, backend)
      : pack.storing((place) => ingest(body, study, context, backend, place))
  const options = { maxPending: pack?.maxPending, onWaiting: (isWaiting: boolean) => pack?.setWaitedFor(isWaiting) }
  return overlapParts(parts, options, async ({ headers, body }) => {
    const type = parseMediaType(headers['content-type'] ?? mediaTypes.dicom)?.type
    // Some senders label parts as octets; the bytes themselves say whether they are Part 10.
    return type === mediaTypes.dicom || type === mediaTypes.octetStream
      ? store(body)
      : { refused: 'unsupportedPart', detail: `A part is ${type ?? 'of no media type'}`, identity: {} }
  })
}
