import { bytesContent, type Content, concatContent, readAll } from '../content.ts'
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
 * Encloses parts in a multipart/related body. The parts of an array give content that can be ranged, and whose length is
 * known where the lengths of all parts are; those of an iterable are pulled one by one as the reader comes to them.
 * @param type the media type of the root part, without parameters
 * @param boundary the same for the same parts, or ranges of two answers do not fit together; see `boundaryFor`
 * @see RFC 2387, PS3.18 §8.6.1.2
 */
export function multipartRelated(
  parts: readonly OutgoingPart[] | AsyncIterable<OutgoingPart>,
  { type, boundary }: { readonly type: string; readonly boundary: string },
): MultipartContent {
  const contentType = formatMediaType({
    type: 'multipart/related',
    parameters: [
      ['type', type],
      ['boundary', boundary],
    ],
  })
  if (Symbol.asyncIterator in parts) return { contentType, ...enclosePulled(parts, boundary) }
  const contents = parts.flatMap((part, index) => [opening(part, boundary, index === 0), part.content])
  return { contentType, ...concatContent([...contents, closing(boundary, parts.length === 0)]) }
}

function enclosePulled(parts: AsyncIterable<OutgoingPart>, boundary: string): Content {
  return {
    length: undefined,
    async read(range) {
      if (range !== undefined) throw new Error('A multipart body of unknown length cannot be ranged')
      return readAll(contentsOf(parts, boundary))
    },
  }
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
