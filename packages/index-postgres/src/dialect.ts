import { keyText, levelsDownTo } from '@sansfilm/core/query'
import {
  afterPrefix,
  aliases,
  type Dialect,
  instanceWithAbove as instanceWithAboveBy,
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
  tablesFrom: (level, start) => ({
    tables: {
      sql: levelsDownTo(level)
        .map((each) => down[each])
        .join(' JOIN '),
      parameters: [],
    },
    where:
      start === 'in order'
        ? { sql: 'true', parameters: [] }
        : { sql: `${aliases[start.level]}.id = ANY(?::bigint[])`, parameters: [start.ids] },
  }),
}

/** An instance with those above it, found by the instance. */
export const instanceWithAbove = instanceWithAboveBy(dialect.join)

const down = {
  study: 'study st',
  series: 'series se ON se.study_id = st.id',
  instance: 'instance i ON i.series_id = se.id',
} as const

/** What the index has of `k.value`. */
const head = `left(k.value, ${headLength})`

function isOneOf(expression: string, values: readonly string[]): Sql {
  return { sql: `${expression} = ANY(?::text[])`, parameters: [values] }
}

function valueIsOneOf(values: readonly string[]): Sql {
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
