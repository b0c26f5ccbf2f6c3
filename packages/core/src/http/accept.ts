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

/**
 * The offer that the ranges prefer, or `undefined` where none is acceptable. The most specific range that covers an offer
 * decides its weight; among equals, the range listed first wins, then the offer listed first. For single media types;
 * parameters of a range are not looked at.
 */
export function preferredType<Offer extends string>(
  ranges: readonly MediaRange[],
  offers: readonly Offer[],
): Offer | undefined {
  let best: { readonly offer: Offer; readonly q: number; readonly place: number } | undefined
  for (const offer of offers) {
    const covering = [offer, `${offer.split('/', 1)[0]}/*`, '*/*']
      .map((type) => ranges.findIndex((range) => range.type === type))
      .find((place) => place >= 0)
    if (covering === undefined) continue
    const q = ranges[covering]?.q ?? 0
    if (q === 0) continue
    if (best === undefined || q > best.q || (q === best.q && covering < best.place))
      best = { offer, q, place: covering }
  }
  return best?.offer
}
