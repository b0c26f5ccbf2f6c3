/** What tells two states of a resource apart. */
export interface Validators {
  /** As in the ETag header, quoted: `"abc"` or `W/"abc"`. */
  readonly etag?: string
  readonly lastModified?: Date
}

type Headers = Readonly<Record<string, string | undefined>>

/** A strong entity tag: the same tag promises the same bytes (RFC 9110 §8.8.1). */
export function strongTag(opaque: string): string {
  return `"${opaque.replace(/[^!#-~]/g, '_')}"`
}

/** A weak entity tag: the same tag promises the same meaning. */
export function weakTag(opaque: string): string {
  return `W/${strongTag(opaque)}`
}

/**
 * What the conditions of a GET or HEAD decide, in the order of RFC 9110 §13.2.2: If-Match before If-Unmodified-Since,
 * then If-None-Match before If-Modified-Since.
 */
export function evaluateConditions(headers: Headers, validators: Validators): 'met' | 'not modified' | 'failed' {
  const { etag } = validators
  const ifMatch = headers['if-match']
  if (ifMatch !== undefined) {
    if (!tagsIn(ifMatch).some((tag) => tag === '*' || (tag === etag && isStrong(tag)))) return 'failed'
  } else if (modifiedAfter(validators, headers['if-unmodified-since']) === true) return 'failed'

  const ifNoneMatch = headers['if-none-match']
  if (ifNoneMatch !== undefined) {
    const known = tagsIn(ifNoneMatch).some(
      (tag) => tag === '*' || (etag !== undefined && opaqueOf(tag) === opaqueOf(etag)),
    )
    return known ? 'not modified' : 'met'
  }
  return modifiedAfter(validators, headers['if-modified-since']) === false ? 'not modified' : 'met'
}

/** Whether If-Range lets a Range header count: it is absent, or names just this state (RFC 9110 §13.1.5). */
export function rangeIsFresh(ifRange: string | undefined, { etag, lastModified }: Validators): boolean {
  if (ifRange === undefined) return true
  if (ifRange.includes('"')) return ifRange.trim() === etag && isStrong(etag)
  return lastModified !== undefined && Date.parse(ifRange) === wholeSeconds(lastModified)
}

function tagsIn(header: string): readonly string[] {
  return header.trim() === '*' ? ['*'] : (header.match(/(W\/)?"[^"]*"/g) ?? [])
}

function isStrong(tag: string): boolean {
  return !tag.startsWith('W/')
}

function opaqueOf(tag: string): string {
  return tag.replace(/^W\//, '')
}

/** `undefined` where a date is missing or cannot be read. */
function modifiedAfter({ lastModified }: Validators, date: string | undefined): boolean | undefined {
  const since = Date.parse(date ?? '')
  if (lastModified === undefined || Number.isNaN(since)) return undefined
  return wholeSeconds(lastModified) > since
}

/** HTTP dates have no fractions. */
function wholeSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000) * 1000
}
