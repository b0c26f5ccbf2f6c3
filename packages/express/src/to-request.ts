import type { DicomwebRequest } from '@sansfilm/core'
import type { Request } from 'express'

/** An Express request as the core sees it. The body is pulled from the connection as the core reads. */
export function toRequest(request: Request, publicUrl: string | undefined, signal: AbortSignal): DicomwebRequest {
  const headers = mergeHeaders(request.headersDistinct)
  const requestId = headers['x-request-id']
  return {
    method: request.method,
    url: request.url,
    serviceRoot: (publicUrl ?? rootAsAsked(request)).replace(/\/+$/, ''),
    headers,
    body: hasBody(headers) ? bodyOf(request) : null,
    signal,
    ...(requestId !== undefined && /^[\w.:-]{1,128}$/.test(requestId) ? { requestId } : {}),
  }
}

/** HTTP/1.0 has no Host, whatever the types say; and one that is none must not get into URLs and header fields. */
function rootAsAsked({ protocol, host, baseUrl }: Request): string {
  return `${protocol}://${/^[\w.:[\]-]+$/.test(host ?? '') ? host : 'localhost'}${baseUrl}`
}

/** Node keeps only the first of some repeated fields; several Accept fields are one list (RFC 9110 §5.3). */
function mergeHeaders(fields: NodeJS.Dict<string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, values]) => [name, (values ?? []).join(', ')]))
}

/** @see RFC 9112 §6.3 */
function hasBody(headers: Readonly<Record<string, string>>): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** The request's bytes. Reading may end early without closing the connection that the answer is to go through. */
function bodyOf(request: Request): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }) }
}
