import type { Level } from '@sansfilm/core/adapters'
import { levelsDownTo } from '@sansfilm/core/query'
import {
  afterPrefix,
  aliases,
  type Dialect,
  instanceWithAbove as instanceWithAboveBy,
  prefixOf,
  type Sql,
  type Start,
} from '@sansfilm/index-sql'

/** How searches are said to SQLite. */
export const dialect: Dialect = {
  join: 'CROSS JOIN',
  positionOf: 'instr',
  maxCandidates: 1_000,
  isOneOf,
  valueIsOneOf: (values) =>
    values.length === 1 ? { sql: 'k.value = ?', parameters: values } : isOneOf('k.value', values),
  valueLiesIn: (from, to) => ({ sql: 'k.value >= ? AND k.value <= ?', parameters: [from, to] }),
  valueMatches,
  hasKey: (_, { level, path }, { sql, parameters }) => ({
    // Compared, so that SQLite does not make a join of it, which would lose the order and make it sort.
    sql: `EXISTS (SELECT 1 FROM ${level}_key k INDEXED BY ${level}_key_owner
      WHERE k.owner = ${aliases[level]}.id AND k.path = ? AND (${sql})) = 1`,
    parameters: [path, ...parameters],
  }),
  tablesFrom: (level, start) => ({ tables: tablesFrom(level, start), where: { sql: 'true', parameters: [] } }),
}

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

const down = {
  study: 'study st',
  series: 'series se ON se.study_id = st.id',
  instance: 'instance i ON i.series_id = se.id',
} as const satisfies Record<Level, string>

const up = { series: 'study st ON st.id = se.study_id', instance: 'series se ON se.id = i.series_id' } as const

/** The tables down to the level, from the start outwards: CROSS JOIN keeps SQLite from choosing another order. */
function tablesFrom(level: Level, start: Start): Sql {
  const below = levelsDownTo(level)
  if (start === 'in order') return { sql: below.map((each) => down[each]).join(' CROSS JOIN '), parameters: [] }
  const alias = aliases[start.level]
  const above = levelsDownTo(start.level)
    .flatMap((each) => (each === 'study' ? [] : [up[each]]))
    .reverse()
  const under = below.slice(levelsDownTo(start.level).length).map((each) => down[each])
  const chosen = ['json_each(?) chosen', `${start.level} ${alias} ON ${alias}.id = chosen.value`]
  return { sql: [...chosen, ...above, ...under].join(' CROSS JOIN '), parameters: [JSON.stringify(start.ids)] }
}
