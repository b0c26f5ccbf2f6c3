import { AdapterError, type AdapterErrorCode } from './adapters/index.ts'
import { DicomwebError, type RequestFailure, requestFailures } from './errors.ts'
import type { DicomwebRequest, DicomwebResponse } from './http/message.ts'

/** Problem documents are JSON whatever was asked for: a client that failed reads what it can. */
const contentType = 'application/problem+json'

/** Seconds after which a client may try again when an adapter was unavailable. */
const retryAfter = '5'

interface AdapterFailure {
  readonly code: RequestFailure
  readonly detail: string
  /** The message says what the pixel data is or lacks, in attributes and numbers: the client is told. */
  readonly givesReason?: boolean
}

/**
 * Adapter failures as failures of the request. The core asks for bytes by what the index says, so `not-found` means that
 * both disagree: the server's fault.
 */
const adapterFailures: Readonly<Record<AdapterErrorCode, AdapterFailure>> = {
  'not-found': { code: 'internal-error', detail: 'The archive has lost the bytes of an instance it knows.' },
  unavailable: { code: 'unavailable', detail: 'The archive cannot be reached now. Try again later.' },
  'out-of-resources': { code: 'out-of-resources', detail: 'The archive has no room left.' },
  unsupported: {
    code: 'not-acceptable',
    detail: 'The pixel data is of a kind that cannot be decoded or drawn here.',
    givesReason: true,
  },
  damaged: {
    code: 'not-acceptable',
    detail: 'The pixel data is damaged and cannot be decoded; as it is stored it can be retrieved.',
    givesReason: true,
  },
}

/**
 * Turns an error into a Status Report: the only place where one becomes HTTP. What nobody foresaw is answered without its
 * message, and handed to `report`; so is what an operator must look after (bytes lost, an adapter unavailable). Errors
 * after the client has gone are its own doing.
 * @see PS3.18 §8.6.3, RFC 9457
 */
export function statusReport(
  error: unknown,
  request: Pick<DicomwebRequest, 'signal' | 'requestId'>,
  report: (error: unknown) => void,
): DicomwebResponse {
  const failure = toDicomwebError(error, request.signal?.aborted === true)
  if (failure !== error && !isForeseen(failure)) report(error)
  const { status, title } = requestFailures[failure.code]
  const standard = { type: `urn:sansfilm:problem:${failure.code}`, title, status, detail: failure.message }
  const identity = request.requestId === undefined ? {} : { requestId: request.requestId }
  // Standard members come first for the reader, and last so that no other takes their place.
  const document = { ...standard, ...failure.members, ...standard, ...identity }
  const body = Buffer.from(JSON.stringify(document))
  const headers = {
    ...(failure.code === 'unavailable' ? { 'retry-after': retryAfter } : {}),
    ...failure.headers,
    'content-type': contentType,
    'content-length': String(body.length),
    'cache-control': 'no-store',
  }
  return { status, headers, body }
}

function toDicomwebError(error: unknown, clientHasGone: boolean): DicomwebError {
  if (error instanceof DicomwebError) return error
  if (clientHasGone)
    return new DicomwebError('bad-request', 'The client ended the request before it was complete.', { cause: error })
  if (error instanceof AdapterError) {
    const { code, detail, givesReason } = adapterFailures[error.code]
    return new DicomwebError(code, givesReason ? `${detail} ${sentence(error.message)}` : detail, { cause: error })
  }
  return new DicomwebError('internal-error', 'The server failed in a way nobody foresaw.', { cause: error })
}

/** Neither a bug nor something that an operator could mend. */
function isForeseen({ code }: DicomwebError): boolean {
  return code === 'bad-request' || code === 'out-of-resources' || code === 'not-acceptable'
}

function sentence(message: string): string {
  return `${message.slice(0, 1).toUpperCase()}${message.slice(1)}${message.endsWith('.') ? '' : '.'}`
}
