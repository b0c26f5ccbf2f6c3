import { corsFields } from './cors.ts'
import type { DicomwebRequest, DicomwebResponse } from './message.ts'
import { remembered } from './remembered.ts'

/** A document of a patient that a browser opens runs no scripts on this origin. */
const documentPolicy = "default-src 'self'; script-src 'none'"

/**
 * Gives an answer what every answer has: CORS, leave for cross-origin isolated pages to embed it, no guessing of types, no
 * scripts, the length of a buffered body, the request id. A HEAD loses its body, which is released.
 */
export async function finishResponse(
  request: DicomwebRequest,
  response: DicomwebResponse,
  origins: '*' | readonly string[],
): Promise<DicomwebResponse> {
  const cors = corsFields(request, origins)
  const headers: Record<string, string> = {
    'content-security-policy': documentPolicy,
    ...response.headers,
    ...cors,
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
    vary: distinctNames(`Accept,${response.headers.vary ?? ''},${cors.vary ?? ''}`),
  }
  if (request.requestId !== undefined) headers['x-request-id'] = request.requestId
  const { body } = response
  if (body instanceof Uint8Array) headers['content-length'] ??= String(body.length)
  if (request.method !== 'HEAD' || body === null) return { ...response, headers }
  if (!(body instanceof Uint8Array)) await body[Symbol.asyncIterator]().return?.()
  return { ...response, headers, body: null }
}

/** Names of a list, each once. */
const distinctNames = remembered((list: string) => {
  const names = list.split(',').map((name) => name.trim())
  return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()].filter((name) => name !== '').join(', ')
})
