import { AdapterError, type AdapterErrorCode, DicomwebError, requestFailures } from '@sansfilm/core'
import type { ErrorRequestHandler, Response } from 'express'
import type { Logger } from 'pino'
import { requestIdOf } from './log.ts'

/** Answers with a problem document (RFC 9457), as the DICOMweb services do. */
export function sendProblem(response: Response, error: DicomwebError): void {
  const { status, title } = requestFailures[error.code]
  response
    .status(status)
    .set(error.headers)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: `urn:sansfilm:problem:${error.code}`,
        title,
        status,
        detail: error.message,
        ...error.members,
      }),
    )
}

/** The last handler: what nobody foresaw is logged with its stack and answered without its message. */
export function answerErrors(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    const known = error instanceof DicomwebError ? error : notDecodable(error)
    if (known === undefined) logFailure(log, error, requestIdOf(response))
    if (response.headersSent) response.destroy()
    else sendProblem(response, known ?? new DicomwebError('internal-error', 'The reason is in the server log.'))
  }
}

/** Express decodes what its routes capture, and throws where that is not percent-encoded UTF-8. */
function notDecodable(error: unknown): DicomwebError | undefined {
  if (!(error instanceof URIError)) return undefined
  return new DicomwebError('bad-request', 'The path is not percent-encoded UTF-8.')
}

/** What an adapter's failure is to those who look after the archive. */
const adapterFailures: Readonly<Record<AdapterErrorCode, string>> = {
  'not-found': 'the bytes of an instance are lost',
  unavailable: 'storage or index unavailable',
  'out-of-resources': 'no room left',
  unsupported: 'pixel data that cannot be decoded',
  damaged: 'damaged pixel data',
}

/** Logs what made a request fail: an adapter's failure as the operator's affair, anything else as a bug. */
export function logFailure(log: Logger, error: unknown, requestId: string | undefined): void {
  const message = error instanceof AdapterError ? adapterFailures[error.code] : 'unforeseen error'
  log.error({ requestId, error: describeError(error) }, message)
}

/** What a log line has of an error. */
export interface ErrorDescription {
  readonly message: string
  /** Of an adapter's failure. */
  readonly code?: AdapterErrorCode
  readonly stack?: string | undefined
  readonly cause?: string
}

/** For the log: the stack, which has no attribute values because no error of ours has. */
export function describeError(error: unknown): ErrorDescription {
  if (!(error instanceof Error)) return { message: String(error) }
  if (error instanceof AdapterError) {
    // Nobody's bug: what the disk, database or network said is all there is to know.
    const { code, message } = error
    return { message, code, ...(error.cause instanceof Error && { cause: error.cause.message }) }
  }
  const cause = error.cause instanceof Error ? { cause: error.cause.stack ?? error.cause.message } : {}
  return { message: error.message, stack: error.stack, ...cause }
}
