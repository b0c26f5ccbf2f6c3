import type { Match } from '@sansfilm/core/adapters'
import { hasWildcard, isUnambiguous, keyText, rangeEnd, rangeStart } from '@sansfilm/core/query'
import { hasTrigrams, headLength } from './schema.ts'
import type { Parameter } from './statements.ts'

/** A piece of SQL with what is bound to its question marks, in order. Nothing from a request is ever in the text. */
export interface Sql {
  readonly sql: string
  readonly parameters: readonly Parameter[]
  /** Whether it holds for exactly what it stands for; if not, for that and more. */
  readonly exact: boolean
}

/** What the index has of `k.value`. */
const head = `left(k.value, ${headLength})`

/** After every text that starts with a prefix. */
const afterAll = '\u{10FFFF}'

/** The steps of LIKE multiply with each star; patterns with more stars only lend what they begin with. */
const maxStars = 3

/** Whether `k.value` has one of these values. */
export function valueIsOneOf(values: readonly string[]): Sql {
  const texts = values.map(keyText)
  const heads = texts.map(headOf)
  const exact = texts.every(isUnambiguous)
  return heads.every(isWhole)
    ? { sql: `${head} = ANY(?::text[])`, parameters: [heads], exact }
    : { sql: `(${head} = ANY(?::text[]) AND k.value = ANY(?::text[]))`, parameters: [heads, texts], exact }
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

/** Whether `k.value` lies in a range of comparable dates and times, which are far shorter than what the index has. */
export function valueLiesIn({ from = rangeStart, to = rangeEnd }: Extract<Match, { type: 'range' }>): Sql {
  return { sql: `(${head} >= ? AND ${head} <= ?)`, parameters: [keyText(from), keyText(to)], exact: true }
}

function valueMatchesOne(given: string): Sql {
  const pattern = keyText(given).replace(/\*+/g, '*')
  const exact = isUnambiguous(pattern)
  if (!hasWildcard(pattern)) return valueIsOneOf([given])
  const prefix = headOf(pattern.slice(0, pattern.search(/[*?]/)))
  const bounds = prefix === '' ? [] : [`${head} >= ?`, `${head} < ?`]
  const parameters = prefix === '' ? [] : [prefix, prefix + afterAll]
  if (pattern === `${prefix}*` && prefix !== '') return { sql: `(${bounds.join(' AND ')})`, parameters, exact }
  const like = untilStar(pattern, maxStars)
  // Said again in the words of the index of trigrams, which is the one to use where a pattern begins with a wild card.
  const trigrams = prefix === '' && /[^0-9.*?]/.test(like) ? [`k.${hasTrigrams}`] : []
  return {
    sql: `(${[...bounds, ...trigrams, 'k.value LIKE ?'].join(' AND ')})`,
    parameters: [...parameters, likePattern(like)],
    exact: exact && like === pattern,
  }
}

/** What a pattern begins with, up to and with so many stars: whatever matches the pattern matches that. */
function untilStar(pattern: string, stars: number): string {
  const parts = pattern.split('*')
  return parts.length - 1 <= stars ? pattern : `${parts.slice(0, stars).join('*')}*`
}

/** The pattern of LIKE, which has wild cards of its own. */
function likePattern(pattern: string): string {
  return pattern
    .replace(/[\\%_]/g, '\\$&')
    .replaceAll('*', '%')
    .replaceAll('?', '_')
}

/** PostgreSQL counts characters, not code units. */
function headOf(text: string): string {
  return text.length <= headLength ? text : [...text].slice(0, headLength).join('')
}

/** Whether a value with this head has nothing after it. */
function isWhole(head: string): boolean {
  return [...head].length < headLength
}
