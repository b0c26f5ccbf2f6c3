import { keyText } from '@sansfilm/core/query'
import {
  afterPrefix,
  aliases,
  type Dialect,
  instanceWithAbove as instanceWithAboveBy,
  prefixOf,
  type Sql,
} from '@sansfilm/index-sql'
import { hasTrigrams, headLength } from './schema.ts'

/** How searches are said to PostgreSQL. */
export const dialect: Dialect = {
  join: 'JOIN',
  positionOf: 'strpos',
  // A bitmap of trigrams is made whole however few rows are asked for: few rounds.
  looks: [64, 5_000],
  isOneOf,
  valueIsOneOf,
  // Dates and times are far shorter than what the index has.
  valueLiesIn: (from, to) => ({
    sql: `${head} >= ? AND ${head} <= ?`,
    parameters: [keyText(from), keyText(to)],
  }),
  valueMatches,
  hasKey: ({ level, path }, { sql, parameters }) => ({
    // OFFSET keeps the planner from making a join of it, for which it would read all that a frequent value has.
    sql: `EXISTS (SELECT 1 FROM ${level}_key k WHERE k.owner = ${aliases[level]}.id AND k.path = ? AND (${sql}) OFFSET 0)`,
    parameters: [path, ...parameters],
  }),
  chosen: (level, ids) => ({
    // A condition on the id would be held against all ids for each row that the planner comes by.
    sql: `unnest(?::bigint[]) AS chosen(id) JOIN ${level} ${aliases[level]} ON ${aliases[level]}.id = chosen.id`,
    parameters: [ids],
  }),
  candidatesAnywhere: (partition, { level, path }, { sql, parameters }, pattern) => {
    // The index is of letters and digits side by side; without three of them it would be read whole.
    if (!/[\p{L}\p{N}]{3}/u.test(pattern)) return undefined
    // Kept from the index of values, of which the planner would read all that the path has beside that of trigrams. Of
    // digits only those of some paths are in it.
    const ofPath = isOfDigits(pattern) ? 'k.path' : `k.path || ''`
    return {
      sql: `SELECT k.owner AS id FROM ${level}_key k WHERE k.partition || '' = ? AND ${ofPath} = ? AND (${sql}) LIMIT ?`,
      parameters: [partition, path, ...parameters],
    }
  },
}

function isOfDigits(pattern: string): boolean {
  return !/[^0-9.*?]/.test(pattern)
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
  const trigrams = prefix === '' && !isOfDigits(pattern) ? [`k.${hasTrigrams}`] : []
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
