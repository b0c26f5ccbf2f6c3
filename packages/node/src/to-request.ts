import type { IncomingMessage } from 'node:http'
import type { DicomwebRequest } from '@sansfilm/core'

/** What of a request depends on where the service is mounted. */
export interface MountedRequest {
  /** Path and query below the mount: `/studies?PatientID=1`. */
  readonly url: string
  /** Absolute URL of the mount as clients see it, without a slash at its end. */
  readonly serviceRoot: string
}

/** A request of Node's as the core sees it. The body is pulled from the connection as the core reads. */
export function toRequest(
  request: IncomingMessage,
  { url, serviceRoot }: MountedRequest,
  signal: AbortSignal,
): DicomwebRequest {
  // Node has merged repeated fields into lists where they are lists (RFC 9110 §5.3), and kept the first of others. Only
  // Set-Cookie is an array, which belongs to answers.
  const headers = request.headers as DicomwebRequest['headers']
  const requestId = headers['x-request-id']
  return {
    method: request.method ?? 'GET',
    url,
    serviceRoot,
    headers,
    body: hasBody(headers) ? bodyOf(request) : null,
    signal,
    ...(requestId !== undefined && /^[\w.:-]{1,128}$/.test(requestId) ? { requestId } : {}),
  }
}

/** @see RFC 9112 §6.3 */
function hasBody(headers: DicomwebRequest['headers']): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** The request's bytes. Reading may end early without closing the connection that the answer is to go through. */
function bodyOf(request: IncomingMessage): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }) }
}
