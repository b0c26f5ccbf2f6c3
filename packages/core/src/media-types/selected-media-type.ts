import { lookupTransferSyntax, type Uid } from '@sansfilm/dicom'
import { DicomwebError } from '../errors.ts'
import { formatMediaType } from '../http/media-type.ts'
import type { AcceptableMediaType, AcceptableMediaTypes, Packaging } from './acceptable-media-types.ts'
import { namesOf } from './dicom-media-types.ts'

/** A representation that the server can produce of a resource. */
export interface AvailableMediaType {
  readonly mediaType: string
  readonly packaging: Packaging
  /** Absent where none applies. */
  readonly transferSyntax?: Uid
  /**
   * Whether a media range that names no transfer syntax means this one, because it is the default or stands in for it:
   * always, or only where the range names no media type either. Absent: it does not.
   */
  readonly whenUnnamed?: 'always' | 'wildcard'
  /** Not even the range `*` means this transfer syntax: a client has to name it. */
  readonly onlyNamed?: boolean
  /** Made from what is stored by a transcoder. */
  readonly transcoded?: boolean
}

/** What was selected, under the name by which the client asked for it. */
export interface SelectedMediaType<A extends AvailableMediaType = AvailableMediaType> {
  readonly available: A
  readonly mediaType: string
}

/**
 * Selects among what can be produced: each representation has the weight of the most specific range it matches, the
 * heaviest wins, and among equals the first of `available`. Ranges of the query parameter come before those of the header.
 * @param available in the server's order of preference
 * @returns `undefined` where nothing is acceptable
 * @see PS3.18 §8.7.8
 */
export function selectMediaType<A extends AvailableMediaType>(
  acceptable: AcceptableMediaTypes,
  available: readonly A[],
): SelectedMediaType<A> | undefined {
  return heaviest(acceptable.query, available) ?? heaviest(acceptable.header, available)
}

function heaviest<A extends AvailableMediaType>(
  ranges: readonly AcceptableMediaType[],
  available: readonly A[],
): SelectedMediaType<A> | undefined {
  let best: { readonly candidate: A; readonly range: AcceptableMediaType } | undefined
  for (const candidate of available) {
    const range = mostSpecificRange(ranges, candidate)
    if (range !== undefined && range.q > (best?.range.q ?? 0)) best = { candidate, range }
  }
  if (best === undefined) return undefined
  const { candidate, range } = best
  return { available: candidate, mediaType: range.mediaType.includes('*') ? candidate.mediaType : range.mediaType }
}

function mostSpecificRange(
  ranges: readonly AcceptableMediaType[],
  candidate: AvailableMediaType,
): AcceptableMediaType | undefined {
  let best: AcceptableMediaType | undefined
  let bestSpecificity = 0
  for (const range of ranges) {
    const specificity = specificityOf(range, candidate)
    if (specificity > bestSpecificity) {
      best = range
      bestSpecificity = specificity
    }
  }
  return best
}

/** 0 where the range does not match. The media type counts before the transfer syntax, and that before the packaging. */
function specificityOf(range: AcceptableMediaType, candidate: AvailableMediaType): number {
  if (range.packaging !== undefined && range.packaging !== candidate.packaging) return 0
  const type = typeSpecificity(range.mediaType, candidate.mediaType)
  const syntax = syntaxSpecificity(range, candidate)
  if (type === 0 || syntax === 0) return 0
  return type * 100 + syntax * 10 + (range.packaging === undefined ? 0 : 1)
}

function typeSpecificity(range: string, mediaType: string): number {
  const name = namesOf(mediaType).indexOf(range)
  if (name === 0) return 4
  if (name > 0) return 3
  if (range === `${mediaType.slice(0, mediaType.indexOf('/'))}/*`) return 2
  return range === '*/*' ? 1 : 0
}

function syntaxSpecificity(
  { transferSyntaxes: named, mediaType }: AcceptableMediaType,
  { transferSyntax, whenUnnamed, onlyNamed }: AvailableMediaType,
): number {
  if (transferSyntax === undefined) return 1
  if (named.includes(transferSyntax)) return 3
  if (named.includes('*')) return onlyNamed === true ? 0 : 2
  if (named.length > 0 || whenUnnamed === undefined) return 0
  return whenUnnamed === 'always' || mediaType.includes('*') ? 1 : 0
}

/** A 406 that says what was asked, what is stored, and what can be produced. */
export function notAcceptable(
  acceptable: AcceptableMediaTypes,
  stored: readonly Uid[],
  available: readonly AvailableMediaType[],
): DicomwebError {
  const isCompressed = stored.some((syntax) => lookupTransferSyntax(syntax)?.encapsulated)
  const isTranscoded = available.some(({ transcoded }) => transcoded === true)
  const reason =
    isCompressed && !isTranscoded ? ' Compressed pixel data is not transcoded here: it is sent as it is stored.' : ''
  return new DicomwebError('not-acceptable', `None of the acceptable media types can be produced.${reason}`, {
    members: { accept: acceptable.asked, stored, available: [...new Set(available.map(describeAvailable))] },
  })
}

function describeAvailable({ mediaType, packaging, transferSyntax }: AvailableMediaType): string {
  const syntax = transferSyntax === undefined ? [] : [['transfer-syntax', transferSyntax] as const]
  if (packaging === 'single') return formatMediaType({ type: mediaType, parameters: syntax })
  return formatMediaType({ type: 'multipart/related', parameters: [['type', mediaType], ...syntax] })
}
