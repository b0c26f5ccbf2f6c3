import type { Level, Query } from '@sansfilm/core/adapters'
import { levelsDownTo, positionsOf } from '@sansfilm/core/query'
import { compileCondition, type Probe } from './compile-condition.ts'
import type { Sql } from './compile-value.ts'
import type { Parameter } from './statements.ts'

/** Where the rows of a search start from: all studies in order, or the few that a key leaves. */
export type Start = 'in order' | { readonly level: Level; readonly ids: readonly number[] }

/** A query as statements, each of which reads a stretch of the order. */
export interface CompiledQuery {
  /** Whether the rows are the matches; if not, `matchesQuery` decides on each. */
  readonly exact: boolean
  /** Probes that all rows hold; a good start is made from the one with the fewest rows. */
  readonly probes: readonly Probe[]
  /** Those of studies by visible group: all rows hold the probes of one of the groups. None where all is visible. */
  readonly groups: readonly (readonly Probe[])[]
  /**
   * Statements that together give the rows after a cursor, in order. Each takes one more parameter, the number of rows.
   * @param columns to select, of the tables `st`, `se` and `i` as far down as the level
   */
  readonly stretches: (columns: string, start: Start, after: string | undefined) => readonly Sql[]
}

const tables = {
  study: { alias: 'st', name: 'study' },
  series: { alias: 'se', name: 'series' },
  instance: { alias: 'i', name: 'instance' },
} as const

/** Compiles a query. Exact where the tables can tell; otherwise its rows are the matches and more. */
export function compileQuery(query: Query): CompiledQuery {
  // One visible group is as good as more conditions.
  const [onlyGroup, ...otherGroups] = query.visibility ?? [[]]
  const single = onlyGroup !== undefined && otherGroups.length === 0
  const compiled = [...query.conditions, ...(single ? onlyGroup : [])].map(compileCondition)
  const probes = compiled.flatMap((condition) => condition.probes)
  const visibility = single ? always : compileVisibility(query.visibility ?? [])
  const where = allOf([scopeOf(query), ...probes.map(predicateOf), visibility])
  return {
    exact: compiled.every(({ exact }) => exact) && visibility.exact,
    probes,
    groups: single ? [] : studyProbesOf(query.visibility ?? []),
    stretches: (columns, start, after) =>
      stretchesAfter(query.level, after).map((stretch) => {
        const { sql, parameters } = allOf([where, stretch])
        const from = tablesFrom(query.level, start)
        const order = levelsDownTo(query.level).map((level) => `${tables[level].alias}.position`)
        return {
          sql: `SELECT ${columns} FROM ${from.sql} WHERE ${sql} ORDER BY ${order.join(', ')} LIMIT ?`,
          parameters: [...from.parameters, ...parameters],
          exact: true,
        }
      }),
  }
}

/** The ids a probe leaves, at most `?` of them; `undefined` where it does not narrow. */
export function compileCandidates(probe: Probe, partition: string): Sql | undefined {
  switch (probe.kind) {
    case 'key':
      return {
        sql: `SELECT DISTINCT k.owner AS id FROM ${probe.level}_key k
              WHERE k.partition = ? AND k.path = ? AND ${probe.sql} LIMIT ?`,
        parameters: [partition, probe.path, ...probe.parameters],
        exact: probe.exact,
      }
    case 'row':
      // Of the columns of rows only UIDs have an index.
      if (!probe.sql.startsWith('i.uid')) return undefined
      return {
        sql: `SELECT i.id FROM instance i WHERE i.partition = ? AND ${probe.sql} LIMIT ?`,
        parameters: [partition, ...probe.parameters],
        exact: probe.exact,
      }
    case 'no key':
      return undefined
  }
}

function studyProbesOf(groups: NonNullable<Query['visibility']>): readonly (readonly Probe[])[] {
  return groups.map((group) =>
    group.flatMap((condition) => compileCondition(condition).probes).filter(({ level }) => level === 'study'),
  )
}

const always: Sql = { sql: '1', parameters: [], exact: true }

function compileVisibility(groups: NonNullable<Query['visibility']>): Sql {
  if (groups.length === 0) return { ...always, sql: '0' }
  const compiled = groups.map((group) => {
    const conditions = group.map(compileCondition)
    const all = allOf(conditions.flatMap(({ probes }) => probes.map(predicateOf)))
    return { ...all, exact: conditions.every(({ exact }) => exact) }
  })
  return {
    sql: `(${compiled.map(({ sql }) => sql).join(' OR ')})`,
    parameters: compiled.flatMap(({ parameters }) => parameters),
    exact: compiled.every(({ exact }) => exact),
  }
}

function predicateOf(probe: Probe): Sql {
  if (probe.kind === 'row') return probe
  const { level, path, sql, parameters, exact } = probe
  const exists = `EXISTS (SELECT 1 FROM ${level}_key k INDEXED BY ${level}_key_owner
    WHERE k.owner = ${tables[level].alias}.id AND k.path = ? AND ${sql})`
  // Compared, so that SQLite does not make a join of it, which would lose the order and make it sort.
  return { sql: `${exists} = ${probe.kind === 'key' ? 1 : 0}`, parameters: [path, ...parameters], exact }
}

function scopeOf({ partition, study, series }: Query): Sql {
  const given: readonly (readonly [string, Parameter | undefined])[] = [
    ['st.partition = ?', partition],
    ['st.uid = ?', study],
    ['se.uid = ?', series],
  ]
  const terms = given.filter((term): term is readonly [string, Parameter] => term[1] !== undefined)
  return allOf(terms.map(([sql, parameter]) => ({ sql, parameters: [parameter], exact: true })))
}

/**
 * What follows a cursor, nearest first: the rest of its series, the rest of its study, the studies after it. Each can be
 * read straight from an index, where one comparison of all positions would walk through a long series for every page.
 */
function stretchesAfter(level: Level, after: string | undefined): readonly Sql[] {
  if (after === undefined) return [always]
  const positions = positionsOf(after)
  const columns = levelsDownTo(level).map((each) => `${tables[each].alias}.position`)
  return columns
    .map((column, depth) => ({
      sql: [...columns.slice(0, depth).map((above) => `${above} = ?`), `${column} > ?`].join(' AND '),
      parameters: positions.slice(0, depth + 1),
      exact: true,
    }))
    .reverse()
}

/** The tables down to the level, from the start outwards: CROSS JOIN keeps SQLite from choosing another order. */
function tablesFrom(level: Level, start: Start): Sql {
  const below = levelsDownTo(level)
  const down = {
    study: 'study st',
    series: 'series se ON se.study_id = st.id',
    instance: 'instance i ON i.series_id = se.id',
  } as const
  if (start === 'in order') {
    return { sql: below.map((each) => down[each]).join(' CROSS JOIN '), parameters: [], exact: true }
  }
  const up = { series: 'study st ON st.id = se.study_id', instance: 'series se ON se.id = i.series_id' } as const
  const { alias, name } = tables[start.level]
  const above = levelsDownTo(start.level)
    .flatMap((each) => (each === 'study' ? [] : [up[each]]))
    .reverse()
  const under = below.slice(levelsDownTo(start.level).length).map((each) => down[each])
  return {
    sql: ['json_each(?) chosen', `${name} ${alias} ON ${alias}.id = chosen.value`, ...above, ...under].join(
      ' CROSS JOIN ',
    ),
    parameters: [JSON.stringify(start.ids)],
    exact: true,
  }
}

function allOf(terms: readonly Sql[]): Sql {
  return {
    sql: terms.length === 0 ? '1' : terms.map(({ sql }) => `(${sql})`).join(' AND '),
    parameters: terms.flatMap(({ parameters }) => parameters),
    exact: terms.every(({ exact }) => exact),
  }
}
