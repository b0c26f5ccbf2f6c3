import type { Limits } from '../../backend.ts'
import { DicomwebError } from '../../errors.ts'
import { parseAccept, preferredType } from '../../http/accept.ts'
import { limitBytes } from '../../http/byte-stream.ts'
import { decodeContentEncoding } from '../../http/content-encoding.ts'
import { type MediaType, parameterOf, parseMediaType } from '../../http/media-type.ts'
import type { DicomwebRequest } from '../../http/message.ts'
import { boundaryOf } from '../../http/multipart-related/boundary.ts'
import { type IncomingPart, readMultipart } from '../../http/multipart-related/read.ts'
import { mediaTypes, namesOf } from '../../media-types/dicom-media-types.ts'

const { dicom, dicomJson, dicomXml } = mediaTypes

/** The representations a store request may carry (PS3.18 §10.5.1.4). */
export type StoreRepresentation = typeof dicom | MetadataMediaType

/** The forms of a model: of metadata that is stored, and of the answer. */
export type MetadataMediaType = typeof dicomJson | typeof dicomXml

/** A parsed store request: parts come as they are pulled. */
export interface StoreRequest {
  readonly representation: StoreRepresentation
  readonly parts: AsyncIterable<IncomingPart>
  readonly answerAs: MetadataMediaType
}

const representations: readonly StoreRepresentation[] = [dicom, dicomJson, dicomXml]

const maxPartHeaderBytes = 16 * 1024

/** Images of one colour shrink a lot, but no real payload shrinks 200 times beyond this size. */
const inflation = { freeBytes: 256 * 1024 * 1024, maxRatio: 200 }

/**
 * Reads what a store request says before its payload is pulled.
 * @throws DicomwebError `unsupported-media-type`, `bad-request`, `payload-too-large`
 * @see PS3.18 §10.5.1
 */
export function parseStoreRequest(request: DicomwebRequest, limits: Limits): StoreRequest {
  const contentType = parseMediaType(request.headers['content-type'] ?? '')
  if (contentType === undefined) throw unsupported('The request has no Content-Type that can be read.')
  const representation = representationOf(contentType)
  const tooLarge = () =>
    new DicomwebError('payload-too-large', `The payload is larger than ${limits.maxRequestBytes} bytes.`)
  if (Number(request.headers['content-length'] ?? 0) > limits.maxRequestBytes) throw tooLarge()
  if (request.body === null) throw new DicomwebError('bad-request', 'The request has no payload.')
  const decoded = decodeContentEncoding(request.body, request.headers['content-encoding'], inflation)
  const body = limitBytes(decoded, limits.maxRequestBytes, tooLarge)
  return {
    representation,
    parts: isMultipart(contentType)
      ? readMultipart(body, boundaryOf(contentType), { maxParts: limits.maxParts, maxHeaderBytes: maxPartHeaderBytes })
      : onlyPart(contentType.type, body),
    answerAs: answerMediaType(request.headers.accept),
  }
}

function representationOf(contentType: MediaType): StoreRepresentation {
  const type = isMultipart(contentType) ? parameterOf(contentType, 'type') : contentType.type
  // Without the type parameter that RFC 2387 §3.1 demands, Part 10 objects are what clients mean.
  const representation =
    type === undefined ? dicom : representations.find((name) => namesOf(name).includes(type.toLowerCase()))
  if (representation === undefined) throw unsupported(`A payload of ${contentType.type} cannot be stored.`)
  return representation
}

function isMultipart({ type }: MediaType): boolean {
  return type === 'multipart/related'
}

function unsupported(detail: string): DicomwebError {
  const supported = representations.flatMap((type) => [type, `multipart/related; type="${type}"`])
  return new DicomwebError('unsupported-media-type', detail, {
    members: { supported },
    headers: { accept: supported.join(', ') },
  })
}

async function* onlyPart(type: string, body: AsyncIterable<Uint8Array>): AsyncIterable<IncomingPart> {
  yield { headers: { 'content-type': type }, body }
}

/**
 * JSON unless the client prefers XML. What cannot be produced is answered in JSON: an instance is not refused for the
 * form of the receipt.
 */
function answerMediaType(accept: string | undefined): MetadataMediaType {
  const ranges = parseAccept(accept).map((range) =>
    isMultipart(range) ? { ...range, type: parameterOf(range, 'type') ?? range.type } : range,
  )
  const preferred = preferredType(ranges, [dicomJson, dicomXml].flatMap(namesOf))
  return preferred !== undefined && namesOf(dicomXml).includes(preferred) ? dicomXml : dicomJson
}
