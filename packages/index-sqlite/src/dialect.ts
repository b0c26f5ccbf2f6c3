import { placeOf } from '@sansfilm/core/query'
import {
  afterPrefix,
  aliases,
  type Dialect,
  instanceWithAbove as instanceWithAboveBy,
  prefixOf,
  type Sql,
} from '@sansfilm/index-sql'
import { textQuery } from './study-text.ts'

/** How searches are said to SQLite. */
export const dialect: Dialect = {
  join: 'CROSS JOIN',
  positionOf: 'instr',
  looks: [64, 256, 1_000],
  isOneOf,
  valueIsOneOf: (values) =>
    values.length === 1 ? { sql: 'k.value = ?', parameters: values } : isOneOf('k.value', values),
  valueLiesIn: (from, to) => ({ sql: 'k.value >= ? AND k.value <= ?', parameters: [from, to] }),
  valueMatches,
  hasKey: ({ level, path }, { sql, parameters }) => ({
    // Compared, so that SQLite does not make a join of it, which would lose the order and make it sort.
    sql: `EXISTS (SELECT 1 FROM ${level}_key k INDEXED BY ${level}_key_owner
      WHERE k.owner = ${aliases[level]}.id AND k.path = ? AND (${sql})) = 1`,
    parameters: [path, ...parameters],
  }),
  chosen: (level, ids) => ({
    sql: `json_each(?) chosen CROSS JOIN ${level} ${aliases[level]} ON ${aliases[level]}.id = chosen.value`,
    parameters: [JSON.stringify(ids)],
  }),
  candidatesAnywhere: (_, { level, path }, __, pattern) => {
    const query = level === 'study' ? textQuery(path, pattern) : undefined
    if (query === undefined) return undefined
    return {
      sql: `SELECT st.id FROM study_text t CROSS JOIN study st ON st.text_row = t.rowid
        WHERE t.study_text MATCH ? LIMIT ?`,
      parameters: [query],
    }
  },
  placedAnywhere: ({ level, path }, pattern, { from = 0, to = lastPlace }) => {
    const query = level === 'study' ? textQuery(path, pattern) : undefined
    if (query === undefined) return undefined
    // Of the study only its id is asked for, which the index has. As integers: FTS5 takes no other number as the end of a range.
    return {
      sql: `SELECT st.id, t.rowid / 65536 AS place FROM study_text t CROSS JOIN study st ON st.text_row = t.rowid
        WHERE t.study_text MATCH ? AND t.rowid >= CAST(? AS INTEGER) * 65536
          AND t.rowid < (CAST(? AS INTEGER) + 1) * 65536
        ORDER BY t.rowid LIMIT ?`,
      parameters: [query, from, to],
    }
  },
}

/** After all others: of what has neither date nor time. */
const lastPlace = placeOf('')

/** An instance with those above it, found by the instance. */
export const instanceWithAbove = instanceWithAboveBy(dialect.join)

function isOneOf(expression: string, values: readonly string[]): Sql {
  return { sql: `${expression} IN (SELECT value FROM json_each(?))`, parameters: [JSON.stringify(values)] }
}

function valueMatches(pattern: string): Sql {
  const prefix = prefixOf(pattern)
  const within = prefix === '' ? [] : ['k.value >= ?', 'k.value < ?']
  const bounds = prefix === '' ? [] : [prefix, afterPrefix(prefix)]
  if (pattern === `${prefix}*` && prefix !== '') return { sql: within.join(' AND '), parameters: bounds }
  // GLOB knows sets of characters too; a set of the bracket alone is the bracket.
  return { sql: [...within, 'k.value GLOB ?'].join(' AND '), parameters: [...bounds, pattern.replaceAll('[', '[[]')] }
}
