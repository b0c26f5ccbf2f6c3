import { DicomwebError } from '../errors.ts'
import { formatContentRange, parseRange } from './byte-range.ts'
import { type Content, measured } from './content.ts'
import { evaluateConditions, rangeIsFresh, type Validators } from './entity-tag.ts'
import type { DicomwebRequest, DicomwebResponse } from './message.ts'

/** What is said about content beside its bytes. */
export interface Representation extends Validators {
  readonly contentType: string
  /** SHA-256 of the whole content, hexadecimal; sent as Repr-Digest (RFC 9530 §3). */
  readonly digest?: string
  /** More header fields, lower-case. */
  readonly headers?: Readonly<Record<string, string>>
  /** Of a whole answer; 200 by default. */
  readonly status?: number
}

/**
 * Answers a GET or HEAD with content: conditions (304, 412), Range (206, 416) and HEAD as RFC 9110 has them, the length
 * where it is known; what is not known is found where a range asks for it. Content is not read for an answer without a
 * body.
 * @throws DicomwebError `precondition-failed`, `range-not-satisfiable`
 */
export async function respondWithContent(
  request: Pick<DicomwebRequest, 'method' | 'headers'>,
  content: Content,
  representation: Representation,
): Promise<DicomwebResponse> {
  const status = representation.status ?? 200
  const validators = validatorFields(representation)
  const { length } = content
  // 206 without a range is how PS3.18 Table 10.4.3-1 tells that a payload lacks some of the Target Resource.
  const isFound = status === 200 || status === 206
  const canBeRanged = isFound && (length !== undefined || content.measure !== undefined)

  if (isFound) {
    const outcome = evaluateConditions(request.headers, representation)
    if (outcome === 'failed')
      throw new DicomwebError('precondition-failed', 'The resource is not in the state the request names.')
    if (outcome === 'not modified')
      return { status: 304, headers: { ...representation.headers, ...validators }, body: null }
  }

  const headers: Record<string, string> = {
    ...representation.headers,
    ...validators,
    'content-type': representation.contentType,
    'accept-ranges': canBeRanged ? 'bytes' : 'none',
  }
  if (representation.digest !== undefined)
    headers['repr-digest'] = `sha-256=:${Buffer.from(representation.digest, 'hex').toString('base64')}:`
  if (length !== undefined) headers['content-length'] = String(length)
  // Range is defined for GET alone (RFC 9110 §14.2).
  if (request.method === 'HEAD') return { status, headers, body: null }

  if (canBeRanged && asksForRange(request.headers) && rangeIsFresh(request.headers['if-range'], representation)) {
    const { length } = await measured(content)
    const range = parseRange(request.headers.range, length)
    if (range === 'unsatisfiable')
      throw new DicomwebError('range-not-satisfiable', `The representation has ${length} bytes.`, {
        headers: { 'content-range': formatContentRange(range, length) },
      })
    if (range !== undefined) {
      headers['content-length'] = String(range.length)
      headers['content-range'] = formatContentRange(range, length)
      return { status: 206, headers, body: await content.read(range) }
    }
  }
  return { status, headers, body: await content.read() }
}

/** Whether it is worth to find out how long the content is. */
function asksForRange({ range }: DicomwebRequest['headers']): boolean {
  return parseRange(range, Number.MAX_SAFE_INTEGER) !== undefined
}

function validatorFields({ etag, lastModified }: Validators): Record<string, string> {
  const fields: Record<string, string> = {}
  if (etag !== undefined) fields.etag = etag
  if (lastModified !== undefined) fields['last-modified'] = lastModified.toUTCString()
  return fields
}
