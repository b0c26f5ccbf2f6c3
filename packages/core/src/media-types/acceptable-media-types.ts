import { parseAccept } from '../http/accept.ts'
import { type MediaType, parameterOf, parametersOf, parseMediaType } from '../http/media-type.ts'
import { remembered } from '../http/remembered.ts'

/** One item in the payload, or parts of a multipart/related. */
export type Packaging = 'single' | 'multipart'

/** A range of representations that the client accepts. */
export interface AcceptableMediaType {
  /** Of one representation, in lower case: `application/dicom`, `image/*`, or the wildcard for all. */
  readonly mediaType: string
  /** `undefined` where either will do. */
  readonly packaging: Packaging | undefined
  /** UIDs, or `*`; empty where the client named none. */
  readonly transferSyntaxes: readonly string[]
  /** 0 to 1; 0 excludes. */
  readonly q: number
}

/** What the client accepts: PS3.18 §8.7.8.1 looks at the query parameter first, then at the header. */
export interface AcceptableMediaTypes {
  readonly query: readonly AcceptableMediaType[]
  readonly header: readonly AcceptableMediaType[]
  /** As it was asked, for explanations. */
  readonly asked: string
}

const anything = '*/*'
const maxAskedLength = 1000

/**
 * Reads the Acceptable Media Types of a request. PS3.18 wants a 406 where there is no Accept header; viewers that load a
 * URL into an element send none, so its absence accepts anything, as in RFC 9110 §12.5.1. What cannot be read or is not
 * known is passed over (PS3.18 §8.7.7).
 * @see PS3.18 §8.7.5, §8.7.6, §8.7.7
 */
export function parseAcceptableMediaTypes(request: {
  readonly url: string
  readonly headers: Readonly<Record<string, string | undefined>>
}): AcceptableMediaTypes {
  const query = acceptParameters(request.url).join(', ')
  const { accept } = request.headers
  const asked = [...(query === '' ? [] : [`accept=${query}`]), ...(accept === undefined ? [] : [`Accept: ${accept}`])]
  return {
    query: query === '' ? [] : acceptableOf(query),
    header: acceptableOf(accept ?? ''),
    asked: (asked.join('; ') || 'nothing in particular').slice(0, maxAskedLength),
  }
}

/** Viewers send the same few headers with every request. */
const acceptableOf = remembered((accept: string) => parseAccept(accept).flatMap(toAcceptable))

/** `+` stands for a space in a query, yet hardly anyone encodes the one in `application/dicom+json`. */
function acceptParameters(url: string): readonly string[] {
  const start = url.indexOf('?')
  if (start === -1) return []
  return new URLSearchParams(url.slice(start)).getAll('accept').map((value) => value.replace(/ (?=json|xml)/gi, '+'))
}

function toAcceptable(range: MediaType & { readonly q: number }): AcceptableMediaType[] {
  const isMultipart = range.type === 'multipart/related' || range.type === 'multipart/*'
  // The type parameter can bring parameters of its own: type="application/dicom; transfer-syntax=*".
  const root = isMultipart ? parseMediaType(parameterOf(range, 'type') ?? anything) : range
  if (root === undefined) return []
  const transferSyntaxes = [
    ...new Set([
      ...parametersOf(range, 'transfer-syntax'),
      ...(isMultipart ? parametersOf(root, 'transfer-syntax') : []),
    ]),
  ]
  const packaging = isMultipart ? 'multipart' : range.type === anything ? undefined : 'single'
  const acceptable = { mediaType: root.type, packaging, transferSyntaxes, q: range.q } as const
  // `type="image/jls"; transfer-syntax="…80"; transfer-syntax="*"`: OHIF means "this, or else whatever there is".
  const orAnything = transferSyntaxes.length > 1 && transferSyntaxes.includes('*')
  if (!orAnything) return [acceptable]
  return [acceptable, { mediaType: anything, packaging, transferSyntaxes: ['*'], q: range.q * 0.999 }]
}
