import { keyText } from '@sansfilm/core/query'
import {
  afterPrefix,
  aliases,
  type Dialect,
  instanceWithAbove as instanceWithAboveBy,
  keyCandidates,
  prefixOf,
  type Sql,
} from '@sansfilm/index-sql'
import { hasTrigrams, headLength } from './schema.ts'

/** How searches are said to PostgreSQL, which chooses itself where to begin. */
export const dialect: Dialect = {
  join: 'JOIN',
  positionOf: 'strpos',
  maxCandidates: 5_000,
  isOneOf,
  valueIsOneOf,
  // Dates and times are far shorter than what the index has.
  valueLiesIn: (from, to) => ({
    sql: `${head} >= ? AND ${head} <= ?`,
    parameters: [keyText(from), keyText(to)],
  }),
  valueMatches,
  hasKey: (partition, { level, path }, { sql, parameters }) => ({
    // The partition is said again for the index of values, should the planner begin there.
    sql: `EXISTS (SELECT 1 FROM ${level}_key k
      WHERE k.owner = ${aliases[level]}.id AND k.partition = ? AND k.path = ? AND (${sql}))`,
    parameters: [partition, path, ...parameters],
  }),
  chosen: (level, ids) => ({
    table: { sql: `${level} ${aliases[level]}`, parameters: [] },
    where: { sql: `${aliases[level]}.id = ANY(?::bigint[])`, parameters: [ids] },
  }),
  candidatesAnywhere: (partition, place, predicate, pattern) =>
    // The index is of letters and digits side by side; without three of them it would be read whole.
    /[\p{L}\p{N}]{3}/u.test(pattern) ? keyCandidates(partition, place, predicate) : undefined,
}

/** An instance with those above it, found by the instance. */
export const instanceWithAbove = instanceWithAboveBy(dialect.join)

/** What the index has of `k.value`. */
const head = `left(k.value, ${headLength})`

function isOneOf(expression: string, values: readonly string[]): Sql {
  return { sql: `${expression} = ANY(?::text[])`, parameters: [values] }
}

function valueIsOneOf(values: readonly string[]): Sql {
  const [only = '', ...others] = values
  // Of a list PostgreSQL does not know that its rows are sorted.
  if (others.length === 0 && isWhole(headOf(only))) return { sql: `${head} = ?`, parameters: [only] }
  const heads = values.map(headOf)
  return heads.every(isWhole)
    ? isOneOf(head, heads)
    : { sql: `${head} = ANY(?::text[]) AND k.value = ANY(?::text[])`, parameters: [heads, values] }
}

function valueMatches(pattern: string): Sql {
  const prefix = headOf(prefixOf(pattern))
  const within = prefix === '' ? [] : [`${head} >= ?`, `${head} < ?`]
  const bounds = prefix === '' ? [] : [prefix, afterPrefix(prefix)]
  if (pattern === `${prefix}*` && prefix !== '') return { sql: within.join(' AND '), parameters: bounds }
  // Said again in the words of the index of trigrams, which is the one to use where a pattern begins with a wild card.
  const trigrams = prefix === '' && /[^0-9.*?]/.test(pattern) ? [`k.${hasTrigrams}`] : []
  return {
    sql: [...within, ...trigrams, 'k.value LIKE ?'].join(' AND '),
    parameters: [...bounds, likePattern(pattern)],
  }
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
