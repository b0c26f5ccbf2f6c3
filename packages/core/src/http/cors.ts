import type { DicomwebRequest } from './message.ts'

/** Header fields that a page of another origin may send; without cookies, any other too. */
const allowedHeaders = [
  'Accept',
  'Accept-Charset',
  'Authorization',
  'Cache-Control',
  'Content-Encoding',
  'Content-Type',
  'If-Match',
  'If-Modified-Since',
  'If-None-Match',
  'If-Range',
  'If-Unmodified-Since',
  'Prefer',
  'Range',
  'Traceparent',
  'X-Request-Id',
  'X-Requested-With',
].join(', ')

/** Header fields of an answer that a page of another origin may read, beyond the few that all may. */
const exposedHeaders = [
  'Accept-Ranges',
  'Allow',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Length',
  'Content-Location',
  'Content-Range',
  'ETag',
  'Link',
  'Location',
  'Repr-Digest',
  'Retry-After',
  'Warning',
  'WWW-Authenticate',
  'X-Request-Id',
].join(', ')

/** Seconds for which a browser may remember the answer to a preflight; Chromium takes no more. */
const preflightMaxAge = '7200'

type CorsRequest = Pick<DicomwebRequest, 'method' | 'headers'>

/** Whether a browser asks what it may send, rather than sending it. @see Fetch §3.3.2 */
export function isPreflight({ method, headers }: CorsRequest): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined
}

/**
 * The CORS header fields of an answer. With a list of origins, those may send cookies; with `*`, none may.
 * @see Fetch §3.3.3
 */
export function corsFields(request: CorsRequest, origins: '*' | readonly string[]): Record<string, string> {
  const fields: Record<string, string> = { 'access-control-expose-headers': exposedHeaders }
  if (origins === '*') fields['access-control-allow-origin'] = '*'
  else {
    fields.vary = 'Origin'
    const { origin } = request.headers
    if (origin === undefined || !origins.includes(origin)) return fields
    fields['access-control-allow-origin'] = origin
    fields['access-control-allow-credentials'] = 'true'
  }
  if (!isPreflight(request)) return fields
  return {
    ...fields,
    'access-control-allow-methods': 'GET, HEAD, POST, DELETE, OPTIONS',
    'access-control-allow-headers': origins === '*' ? `${allowedHeaders}, *` : allowedHeaders,
    'access-control-max-age': preflightMaxAge,
  }
}
