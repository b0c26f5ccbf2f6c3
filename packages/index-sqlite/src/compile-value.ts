import type { Match } from '@sansfilm/core/adapters'
import { hasWildcard, isUnambiguous, keyText, rangeEnd, rangeStart } from '@sansfilm/core/query'
import type { Parameter } from './statements.ts'

/** A piece of SQL with what is bound to its question marks, in order. Nothing from a request is ever in the text. */
export interface Sql {
  readonly sql: string
  readonly parameters: readonly Parameter[]
  /** Whether it holds for exactly what it stands for; if not, for that and more. */
  readonly exact: boolean
}

/** After every text that starts with a prefix. */
const afterAll = '\u{10FFFF}'

/** The steps of GLOB multiply with each star; patterns with more stars only lend what they begin with. */
const maxStars = 3

/** Whether `k.value` has one of these values. */
export function valueIsOneOf(values: readonly string[]): Sql {
  const texts = values.map(keyText)
  return {
    sql: 'k.value IN (SELECT value FROM json_each(?))',
    parameters: [JSON.stringify(texts)],
    exact: texts.every(isUnambiguous),
  }
}

/** Whether `k.value` matches one of the patterns. */
export function valueMatches(patterns: readonly string[]): Sql {
  const alternatives = patterns.map(valueMatchesOne)
  return {
    sql: `(${alternatives.map(({ sql }) => sql).join(' OR ')})`,
    parameters: alternatives.flatMap(({ parameters }) => parameters),
    exact: alternatives.every(({ exact }) => exact),
  }
}

/** Whether `k.value` lies in a range of comparable dates and times. */
export function valueLiesIn({ from = rangeStart, to = rangeEnd }: Extract<Match, { type: 'range' }>): Sql {
  return { sql: 'k.value >= ? AND k.value <= ?', parameters: [from, to], exact: true }
}

function valueMatchesOne(given: string): Sql {
  const pattern = keyText(given).replace(/\*+/g, '*')
  const exact = isUnambiguous(pattern)
  if (!hasWildcard(pattern)) return { sql: 'k.value = ?', parameters: [pattern], exact }
  const prefix = pattern.slice(0, pattern.search(/[*?]/))
  const bounds = prefix === '' ? [] : ['k.value >= ?', 'k.value < ?']
  const parameters = prefix === '' ? [] : [prefix, prefix + afterAll]
  if (pattern === `${prefix}*` && prefix !== '') return { sql: `(${bounds.join(' AND ')})`, parameters, exact }
  const glob = untilStar(pattern, maxStars)
  return {
    sql: `(${[...bounds, 'k.value GLOB ?'].join(' AND ')})`,
    // GLOB knows sets of characters too; a set of the bracket alone is the bracket.
    parameters: [...parameters, glob.replaceAll('[', '[[]')],
    exact: exact && glob === pattern,
  }
}

/** What a pattern begins with, up to and with so many stars: whatever matches the pattern matches that. */
function untilStar(pattern: string, stars: number): string {
  const parts = pattern.split('*')
  return parts.length - 1 <= stars ? pattern : `${parts.slice(0, stars).join('*')}*`
}
