import type { Match } from '@sansfilm/core/adapters'
import { hasWildcard, isUnambiguous, keyText, rangeEnd, rangeStart } from '@sansfilm/core/query'
import type { Dialect } from './dialect.ts'
import { anyOf, type Predicate } from './sql.ts'

/** The steps of a match multiply with each star; patterns with more stars only lend what they begin with. */
const maxStars = 3

/** A condition on `k.value`, and where in the order of values it holds. */
export interface ValuePredicate extends Predicate {
  /** For one value alone, for values close together, or for values anywhere: those that match this pattern. */
  readonly reach: 'one value' | 'some values' | { readonly pattern: string }
}

/** Whether `k.value` has one of these values. */
export function valueIsOneOf(dialect: Dialect, values: readonly string[]): ValuePredicate {
  const texts = values.map(keyText)
  const reach = texts.length === 1 ? 'one value' : 'some values'
  return { ...dialect.valueIsOneOf(texts), exact: texts.every(isUnambiguous), reach }
}

/** Whether `k.value` matches one of the patterns. */
export function valueMatches(dialect: Dialect, patterns: readonly string[]): ValuePredicate {
  const alternatives = patterns.map((pattern) => valueMatchesOne(dialect, pattern))
  const [only, ...others] = alternatives
  if (only !== undefined && others.length === 0) return only
  // Of several patterns none tells where all of them hold.
  const anywhere = alternatives.some(({ reach }) => typeof reach === 'object')
  return { ...anyOf(alternatives), reach: anywhere ? { pattern: '*' } : 'some values' }
}

/** Whether `k.value` lies in a range of comparable dates and times. */
export function valueLiesIn(
  dialect: Dialect,
  { from = rangeStart, to = rangeEnd }: Extract<Match, { type: 'range' }>,
): ValuePredicate {
  return { ...dialect.valueLiesIn(from, to), exact: true, reach: 'some values' }
}

/** What a pattern begins with, up to its first wild card. */
export function prefixOf(pattern: string): string {
  return pattern.slice(0, pattern.search(/[*?]/))
}

/** What every text lies before that begins with a prefix, but not before the prefix itself. */
export function afterPrefix(prefix: string): string {
  return `${prefix}\u{10FFFF}`
}

function valueMatchesOne(dialect: Dialect, given: string): ValuePredicate {
  const pattern = keyText(given).replace(/\*+/g, '*')
  if (!hasWildcard(pattern)) return valueIsOneOf(dialect, [pattern])
  const lent = untilStar(pattern, maxStars)
  const exact = isUnambiguous(pattern) && lent === pattern
  return { ...dialect.valueMatches(lent), exact, reach: prefixOf(lent) === '' ? { pattern: lent } : 'some values' }
}

/** What a pattern begins with, up to and with so many stars: whatever matches the pattern matches that. */
function untilStar(pattern: string, stars: number): string {
  const parts = pattern.split('*')
  return parts.length - 1 <= stars ? pattern : `${parts.slice(0, stars).join('*')}*`
}
