import { DicomwebError } from '../../errors.ts'
import { type MediaRange, parseAccept } from '../../http/accept.ts'
import { parameterOf } from '../../http/media-type.ts'

/** What a search can answer with. */
interface SearchMediaType {
  /** As a client asks for it. */
  readonly asked: string
  readonly model: 'json' | 'xml'
  /** The media types without parameters that cover it, most specific first. */
  readonly ranges: readonly string[]
  /** The root type of a multipart. */
  readonly root?: string
}

/** @see PS3.18 Table 10.6.4-1; `application/json` names the same model, and clients send it */
const searchMediaTypes: readonly SearchMediaType[] = [
  { asked: 'application/dicom+json', model: 'json', ranges: ['application/dicom+json', 'application/*', '*/*'] },
  { asked: 'application/json', model: 'json', ranges: ['application/json', 'application/*', '*/*'] },
  {
    asked: 'multipart/related; type="application/dicom+xml"',
    model: 'xml',
    ranges: ['multipart/related', 'multipart/*', '*/*'],
    root: 'application/dicom+xml',
  },
]

/** The selected media type of the results. */
export interface SelectedSearchMediaType {
  readonly model: 'json' | 'xml'
  readonly contentType: string
}

/**
 * The media type that the client likes best of those that a search has; the default where it likes them alike.
 * @param accept the Accept query parameter where given, else the header
 * @throws DicomwebError `not-acceptable`
 */
export function selectSearchMediaType(accept: string | undefined): SelectedSearchMediaType {
  const ranges = parseAccept(accept)
  let best: { readonly mediaType: SearchMediaType; readonly range: MediaRange } | undefined
  for (const mediaType of searchMediaTypes) {
    const range = rangeFor(mediaType, ranges)
    if (range !== undefined && range.q > (best?.range.q ?? 0)) best = { mediaType, range }
    // Of those liked alike, what was named first; parseAccept keeps that order.
    else if (range !== undefined && range.q === best?.range.q && ranges.indexOf(range) < ranges.indexOf(best.range)) {
      best = { mediaType, range }
    }
  }
  if (best === undefined) {
    throw new DicomwebError('not-acceptable', 'A search cannot answer with any of the media types that are accepted.', {
      members: { accepted: accept ?? '*/*', available: searchMediaTypes.map(({ asked }) => asked) },
    })
  }
  return { model: best.mediaType.model, contentType: best.mediaType.asked }
}

/** The most specific range that covers the type: it alone says how much the type is liked (RFC 9110 §12.5.1). */
function rangeFor(
  { ranges: covering, root }: SearchMediaType,
  accepted: readonly MediaRange[],
): MediaRange | undefined {
  for (const type of covering) {
    const range = accepted.find((each) => {
      const wanted = parameterOf(each, 'type')?.toLowerCase()
      return each.type === type && (root === undefined || wanted === undefined || wanted === root)
    })
    if (range !== undefined) return range
  }
  return undefined
}
