import { bytesContent, type Content, concatContent, pulledContent } from '../content.ts'
import { formatMediaType } from '../media-type.ts'

/** One part of a multipart answer. Viewers compare header names by case (`Content-Type`) and expect under 1,000 bytes. */
export interface OutgoingPart {
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly content: Content
}

/** A multipart body and the Content-Type that announces it. */
export interface MultipartContent extends Content {
  readonly contentType: string
}

/**
 * Encloses parts in a multipart/related body. Its length is known where those of the parts of an array are. Parts that are
 * pulled are made anew for each reader, one by one as it comes to them.
 * @param type the media type of the root part, without parameters
 * @param boundary the same for the same parts, or ranges of two answers do not fit together; see `boundaryFor`
 * @see RFC 2387, PS3.18 §8.6.1.2
 */
export function multipartRelated(
  parts: readonly OutgoingPart[] | (() => AsyncIterable<OutgoingPart>),
  { type, boundary }: { readonly type: string; readonly boundary: string },
): MultipartContent {
  const contentType = formatMediaType({
    type: 'multipart/related',
    parameters: [
      ['type', type],
      ['boundary', boundary],
    ],
  })
  if (typeof parts === 'function') return { contentType, ...pulledContent(() => contentsOf(parts(), boundary)) }
  const contents = parts.flatMap((part, index) => [opening(part, boundary, index === 0), part.content])
  return { contentType, ...concatContent([...contents, closing(boundary, parts.length === 0)]) }
}

async function* contentsOf(parts: AsyncIterable<OutgoingPart>, boundary: string): AsyncIterable<Content> {
  let first = true
  for await (const part of parts) {
    yield opening(part, boundary, first)
    yield part.content
    first = false
  }
  yield closing(boundary, first)
}

/** The delimiter and the headers of a part. */
function opening({ headers }: OutgoingPart, boundary: string, first: boolean): Content {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`)
  return bytesContent(Buffer.from(`${first ? '' : '\r\n'}--${boundary}\r\n${lines.join('')}\r\n`))
}

function closing(boundary: string, first: boolean): Content {
  return bytesContent(Buffer.from(`${first ? '' : '\r\n'}--${boundary}--\r\n`))
}
