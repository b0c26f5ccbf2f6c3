import type { Level, Partition, Query } from '@sansfilm/core/adapters'
import { keyText, levelsDownTo, positionsOf } from '@sansfilm/core/query'
import { compileCondition, type Probe } from './compile-condition.ts'
import { aliases, type Dialect, type Start } from './dialect.ts'
import { allOf, always, anyOf, type Predicate, type Sql } from './sql.ts'

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

/** Compiles a query. Exact where the tables can tell; otherwise its rows are the matches and more. */
export function compileQuery(dialect: Dialect, query: Query): CompiledQuery {
  // One visible group is as good as more conditions.
  const [onlyGroup, ...otherGroups] = query.visibility ?? [[]]
  const single = onlyGroup !== undefined && otherGroups.length === 0
  const compiled = [...query.conditions, ...(single ? onlyGroup : [])].map((condition) =>
    compileCondition(dialect, condition),
  )
  const probes = compiled.flatMap((condition) => condition.probes)
  const visibility = single ? always : compileVisibility(dialect, query)
  const where = allOf([
    scopeOf(query),
    ...probes.map((probe) => predicateOf(dialect, probe, query.partition)),
    visibility,
  ])
  return {
    exact: compiled.every(({ exact }) => exact) && visibility.exact,
    probes,
    groups: single ? [] : studyProbesOf(dialect, query.visibility ?? []),
    stretches: (columns, start, after) =>
      stretchesAfter(query.level, after).map((stretch) => {
        const from = dialect.tablesFrom(query.level, start)
        const { sql, parameters } = allOf([where, { ...from.where, exact: true }, stretch])
        const order = levelsDownTo(query.level).map((level) => `${aliases[level]}.position`)
        return {
          sql: `SELECT ${columns} FROM ${from.tables.sql} WHERE ${sql} ORDER BY ${order.join(', ')} LIMIT ?`,
          parameters: [...from.tables.parameters, ...parameters],
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
              WHERE k.partition = ? AND k.path = ? AND (${probe.sql}) LIMIT ?`,
        parameters: [partition, probe.path, ...probe.parameters],
      }
    case 'row':
      // Of the columns of rows only UIDs have an index.
      if (!probe.sql.startsWith('i.uid')) return undefined
      return {
        sql: `SELECT i.id FROM instance i WHERE i.partition = ? AND (${probe.sql}) LIMIT ?`,
        parameters: [partition, ...probe.parameters],
      }
    case 'no key':
      return undefined
  }
}

function studyProbesOf(dialect: Dialect, groups: NonNullable<Query['visibility']>): readonly (readonly Probe[])[] {
  return groups.map((group) =>
    group.flatMap((condition) => compileCondition(dialect, condition).probes).filter(({ level }) => level === 'study'),
  )
}

function compileVisibility(dialect: Dialect, { visibility = [], partition }: Query): Predicate {
  return anyOf(
    visibility.map((group) => {
      const conditions = group.map((condition) => compileCondition(dialect, condition))
      const all = allOf(
        conditions.flatMap(({ probes }) => probes.map((probe) => predicateOf(dialect, probe, partition))),
      )
      return { ...all, exact: conditions.every(({ exact }) => exact) }
    }),
  )
}

function predicateOf(dialect: Dialect, probe: Probe, partition: Partition): Predicate {
  if (probe.kind === 'row') return probe
  const { sql, parameters } = dialect.hasKey(partition, probe, probe)
  return { sql: probe.kind === 'key' ? sql : `NOT ${sql}`, parameters, exact: probe.exact }
}

function scopeOf({ partition, study, series }: Query): Predicate {
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
function stretchesAfter(level: Level, after: string | undefined): readonly Predicate[] {
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
