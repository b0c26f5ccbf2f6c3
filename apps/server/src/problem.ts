import { DicomwebError, requestFailures } from '@sansfilm/core'
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
    if (known === undefined)
      log.error({ requestId: requestIdOf(response), error: describeError(error) }, 'unforeseen error')
    if (response.headersSent) response.destroy()
    else sendProblem(response, known ?? new DicomwebError('internal-error', 'The reason is in the server log.'))
  }
}

/** Express decodes what its routes capture, and throws where that is not percent-encoded UTF-8. */
function notDecodable(error: unknown): DicomwebError | undefined {
  if (!(error instanceof URIError)) return undefined
  return new DicomwebError('bad-request', 'The path is not percent-encoded UTF-8.')
}

/** For the log: the stack, which has no attribute values because no error of ours has. */
export function describeError(error: unknown): { message: string; stack?: string | undefined; cause?: string } {
  if (!(error instanceof Error)) return { message: String(error) }
  const cause = error.cause instanceof Error ? { cause: error.cause.stack ?? error.cause.message } : {}
  return { message: error.message, stack: error.stack, ...cause }
}
