import { type MediaType, parameterOf, parseMediaType } from './media-type.ts'
import { splitOutsideQuotes } from './quoted-text.ts'

/** A range of media types with its weight; its parameters are without `q`. */
export interface MediaRange extends MediaType {
  /** 0 to 1; 0 excludes the range. */
  readonly q: number
}

const anything: MediaRange = { type: '*/*', parameters: [], q: 1 }

/**
 * Parses the Accept header (or the Accept query parameter, PS3.18 §8.3.3.1) into ranges in order of preference: highest
 * `q` first, then as listed. No header, or an empty one, accepts anything. What is not a media range is passed over; a
 * header of nothing else gives no range at all.
 * @see RFC 9110 §12.5.1
 */
export function parseAccept(header: string | undefined): readonly MediaRange[] {
  if (header === undefined || header.trim() === '') return [anything]
  return splitOutsideQuotes(header, ',')
    .flatMap(parseRange)
    .sort((left, right) => right.q - left.q)
}

function parseRange(text: string): MediaRange[] {
  // Java's URLConnection sends a bare `*; q=.2`.
  const mediaType = parseMediaType(text.replace(/^\*\s*(?=;|$)/, '*/*'))
  if (mediaType === undefined) return []
  return [
    {
      type: mediaType.type,
      parameters: mediaType.parameters.filter(([name]) => name !== 'q'),
      q: parseWeight(parameterOf(mediaType, 'q')),
    },
  ]
}

/** A weight that cannot be read counts as none given. */
function parseWeight(text: string | undefined): number {
  if (text === undefined || !/^(\d+\.?\d*|\.\d+)$/.test(text)) return 1
  return Math.min(1, Number(text))
}
