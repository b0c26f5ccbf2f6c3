import type { Match } from '@sansfilm/core/adapters'
import { hasWildcard, isUnambiguous, keyText, rangeEnd, rangeStart } from '@sansfilm/core/query'
import type { Dialect } from './dialect.ts'
import { anyOf, type Predicate } from './sql.ts'

/** The steps of a match multiply with each star; patterns with more stars only lend what they begin with. */
const maxStars = 3

/** Whether `k.value` has one of these values. */
export function valueIsOneOf(dialect: Dialect, values: readonly string[]): Predicate {
  const texts = values.map(keyText)
  return { ...dialect.valueIsOneOf(texts), exact: texts.every(isUnambiguous) }
}

/** Whether `k.value` matches one of the patterns. */
export function valueMatches(dialect: Dialect, patterns: readonly string[]): Predicate {
  return anyOf(patterns.map((pattern) => valueMatchesOne(dialect, pattern)))
}

/** Whether `k.value` lies in a range of comparable dates and times. */
export function valueLiesIn(
  dialect: Dialect,
  { from = rangeStart, to = rangeEnd }: Extract<Match, { type: 'range' }>,
): Predicate {
  return { ...dialect.valueLiesIn(from, to), exact: true }
}

/** What a pattern begins with, up to its first wild card. */
export function prefixOf(pattern: string): string {
  return pattern.slice(0, pattern.search(/[*?]/))
}

/** What every text lies before that begins with a prefix, but not before the prefix itself. */
export function afterPrefix(prefix: string): string {
  return `${prefix}\u{10FFFF}`
}

function valueMatchesOne(dialect: Dialect, given: string): Predicate {
  const pattern = keyText(given).replace(/\*+/g, '*')
  if (!hasWildcard(pattern)) return valueIsOneOf(dialect, [pattern])
  const lent = untilStar(pattern, maxStars)
  return { ...dialect.valueMatches(lent), exact: isUnambiguous(pattern) && lent === pattern }
}

/** What a pattern begins with, up to and with so many stars: whatever matches the pattern matches that. */
function untilStar(pattern: string, stars: number): string {
  const parts = pattern.split('*')
  return parts.length - 1 <= stars ? pattern : `${parts.slice(0, stars).join('*')}*`
}
