import type { Level, Partition, Query } from '@sansfilm/core/adapters'
import { keyText, levelsDownTo, positionsOf } from '@sansfilm/core/query'
import { compileCondition, type Probe } from './compile-condition.ts'
import type { Sql } from './compile-value.ts'

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

const aliases = { study: 'st', series: 'se', instance: 'i' } as const

/** The tables down to a level. PostgreSQL chooses where to begin. */
const tables: Readonly<Record<Level, string>> = {
  study: 'study st',
  series: 'study st JOIN series se ON se.study_id = st.id',
  instance: 'study st JOIN series se ON se.study_id = st.id JOIN instance i ON i.series_id = se.id',
}

/** Compiles a query. Exact where the tables can tell; otherwise its rows are the matches and more. */
export function compileQuery(query: Query): CompiledQuery {
  // One visible group is as good as more conditions.
  const [onlyGroup, ...otherGroups] = query.visibility ?? [[]]
  const single = onlyGroup !== undefined && otherGroups.length === 0
  const compiled = [...query.conditions, ...(single ? onlyGroup : [])].map(compileCondition)
  const probes = compiled.flatMap((condition) => condition.probes)
  const visibility = single ? always : compileVisibility(query.visibility ?? [], query.partition)
  const where = allOf([scopeOf(query), ...probes.map((probe) => predicateOf(probe, query.partition)), visibility])
  return {
    exact: compiled.every(({ exact }) => exact) && visibility.exact,
    probes,
    groups: single ? [] : studyProbesOf(query.visibility ?? []),
    stretches: (columns, start, after) =>
      stretchesAfter(query.level, after).map((stretch) => {
        const { sql, parameters } = allOf([where, startOf(start), stretch])
        const order = levelsDownTo(query.level).map((level) => `${aliases[level]}.position`)
        return {
          sql: `SELECT ${columns} FROM ${tables[query.level]} WHERE ${sql} ORDER BY ${order.join(', ')} LIMIT ?`,
          parameters,
          exact: true,
        }
      }),
  }
}

/** The ids a probe leaves, at most `?` of them, some of them twice; `undefined` where it does not narrow. */
export function compileCandidates(probe: Probe, partition: Partition): Sql | undefined {
  switch (probe.kind) {
    case 'key':
      return {
        sql: `SELECT k.owner AS id FROM ${probe.level}_key k
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

const always: Sql = { sql: 'true', parameters: [], exact: true }

function compileVisibility(groups: NonNullable<Query['visibility']>, partition: Partition): Sql {
  if (groups.length === 0) return { ...always, sql: 'false' }
  const compiled = groups.map((group) => {
    const conditions = group.map(compileCondition)
    const all = allOf(conditions.flatMap(({ probes }) => probes.map((probe) => predicateOf(probe, partition))))
    return { ...all, exact: conditions.every(({ exact }) => exact) }
  })
  return {
    sql: `(${compiled.map(({ sql }) => sql).join(' OR ')})`,
    parameters: compiled.flatMap(({ parameters }) => parameters),
    exact: compiled.every(({ exact }) => exact),
  }
}

function predicateOf(probe: Probe, partition: Partition): Sql {
  if (probe.kind === 'row') return probe
  const { kind, level, path, sql, parameters, exact } = probe
  // The partition is said again for the index of values, should the planner begin there.
  const exists = `EXISTS (SELECT 1 FROM ${level}_key k
    WHERE k.owner = ${aliases[level]}.id AND k.partition = ? AND k.path = ? AND ${sql})`
  return { sql: kind === 'key' ? exists : `NOT ${exists}`, parameters: [partition, path, ...parameters], exact }
}

function startOf(start: Start): Sql {
  if (start === 'in order') return always
  return { sql: `${aliases[start.level]}.id = ANY(?::bigint[])`, parameters: [start.ids], exact: true }
}

function scopeOf({ partition, study, series }: Query): Sql {
  const given: readonly (readonly [string, string | undefined])[] = [
    ['st.partition = ?', partition],
    ['st.uid = ?', study],
    ['se.uid = ?', series],
  ]
  const terms = given.filter((term): term is readonly [string, string] => term[1] !== undefined)
  return allOf(terms.map(([sql, parameter]) => ({ sql, parameters: [keyText(parameter)], exact: true })))
}

/**
 * What follows a cursor, nearest first: the rest of its series, the rest of its study, the studies after it. Each can be
 * read straight from an index, where one comparison of all positions would walk through a long series for every page.
 */
function stretchesAfter(level: Level, after: string | undefined): readonly Sql[] {
  if (after === undefined) return [always]
  const positions = positionsOf(after).map(keyText)
  const columns = levelsDownTo(level).map((each) => `${aliases[each]}.position`)
  return columns
    .map((column, depth) => ({
      sql: [...columns.slice(0, depth).map((above) => `${above} = ?`), `${column} > ?`].join(' AND '),
      parameters: positions.slice(0, depth + 1),
      exact: true,
    }))
    .reverse()
}

function allOf(terms: readonly Sql[]): Sql {
  return {
    sql: terms.length === 0 ? 'true' : terms.map(({ sql }) => `(${sql})`).join(' AND '),
    parameters: terms.flatMap(({ parameters }) => parameters),
    exact: terms.every(({ exact }) => exact),
  }
}
