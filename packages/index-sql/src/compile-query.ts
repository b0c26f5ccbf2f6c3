import type { Level, Partition, Query } from '@sansfilm/core/adapters'
import { type Days, keyText, levelsDownTo, placeOf, placesWithin, positionsOf } from '@sansfilm/core/query'
import { compileCondition, type Probe } from './compile-condition.ts'
import { afterPrefix } from './compile-value.ts'
import { aliases, type Dialect, type KeyPlace, type Places } from './dialect.ts'
import { allOf, always, anyOf, type Predicate, type Sql } from './sql.ts'
import { type Start, tablesFrom } from './tables.ts'

/** A query as statements, each of which reads a stretch of the order. */
export interface CompiledQuery {
  /** Whether the rows are the matches; if not, `matchesQuery` decides on each. */
  readonly exact: boolean
  /** Probes that all rows hold; a good start is made from the one with the fewest rows. */
  readonly probes: readonly Probe[]
  /** Those of studies by visible group: all rows hold the probes of one of the groups. None where all is visible. */
  readonly groups: readonly (readonly Probe[])[]
  /** All matches lie in studies of these days, by their Study Date. */
  readonly days: Days | undefined
  /**
   * Statements that together give the rows after a cursor, in order. Each takes one more parameter, the number of rows.
   * @param columns to select, of the tables `st`, `se` and `i` as far down as the level
   * @param counted spares sorting what starts from a few rows
   */
  readonly stretches: (columns: string, way: Way, after: string | undefined, counted?: 'counted') => readonly Sql[]
}

/** The way to go through the rows of a query. */
export interface Way {
  readonly start: Start
  /** Only studies that are placed at these days have matches. */
  readonly placed?: Days | undefined
}

/** Compiles a query. Exact where the tables can tell; otherwise its rows are the matches and more. */
export function compileQuery(dialect: Dialect, query: Query): CompiledQuery {
  const { partition, level } = query
  // One visible group is as good as more conditions.
  const [onlyGroup, ...otherGroups] = query.visibility ?? [[]]
  const single = onlyGroup !== undefined && otherGroups.length === 0
  const compiled = [...query.conditions, ...(single ? onlyGroup : [])].map((condition) =>
    compileCondition(dialect, condition),
  )
  const probes = compiled.flatMap((condition) => condition.probes)
  const visibility = single ? always : compileVisibility(dialect, query)
  return {
    exact: compiled.every(({ exact }) => exact) && visibility.exact,
    probes,
    groups: single ? [] : studyProbesOf(dialect, query.visibility ?? []),
    days: compiled.find(({ days }) => days !== undefined)?.days,
    stretches: (columns, { start, placed }, after, counted) => {
      const { tables, where, order } = tablesFrom(dialect, partition, level, start)
      const along = typeof start === 'object' && 'along' in start ? start.along : undefined
      const sorted = counted === undefined || typeof start === 'string' || 'along' in start
      const others = probes.filter((probe) => probe !== along).map((probe) => predicateOf(dialect, probe))
      return stretchesAfter(level, after, along !== undefined).map((stretch) => {
        const within = placesOf(placed, after, along !== undefined)
        const { sql, parameters } = allOf([where, scopeOf(query), within, stretch, ...others, visibility])
        return {
          sql: `SELECT ${columns} FROM ${tables.sql} WHERE ${sql} ${sorted ? `ORDER BY ${order} ` : ''}LIMIT ?`,
          parameters: [...tables.parameters, ...parameters],
        }
      })
    },
  }
}

/**
 * The rows of a probe: `id`, at most `?` of them, some twice, some that do not hold it. `undefined` where no index tells.
 * @param thorough reads all values of an attribute where that is the only way
 */
export function compileCandidates(
  dialect: Dialect,
  probe: Probe,
  partition: Partition,
  thorough: boolean,
): Sql | undefined {
  if (probe.kind === 'key') {
    const { reach } = probe
    const anywhere =
      typeof reach === 'object' ? dialect.candidatesAnywhere(partition, probe, probe, reach.pattern) : undefined
    return anywhere ?? (typeof reach !== 'object' || thorough ? keyCandidates(partition, probe, probe) : undefined)
  }
  // Of the columns of rows only UIDs have an index.
  if (probe.kind !== 'row' || !probe.sql.startsWith('i.uid')) return undefined
  return {
    sql: `SELECT i.id FROM instance i WHERE i.partition = ? AND (${probe.sql}) LIMIT ?`,
    parameters: [partition, ...probe.parameters],
  }
}

/** The owners of the values of which a predicate of `k` holds: `id`, at most `?` of them, some twice. */
export function keyCandidates(partition: Partition, { level, path }: KeyPlace, { sql, parameters }: Sql): Sql {
  return {
    sql: `SELECT k.owner AS id FROM ${level}_key k WHERE k.partition = ? AND k.path = ? AND (${sql}) LIMIT ?`,
    parameters: [partition, path, ...parameters],
  }
}

/** The places of some days, of which those before a cursor are left out. */
export function endsOfPlaces(days: Days | undefined, after: string | undefined): Places {
  const { start, behind, to } = endsOf(days, after)
  return {
    from: start === undefined ? behind : placeOf(`${start}000000`),
    to: to === undefined ? undefined : placeOf(to),
  }
}

/** What is placed at some days; of that which follows a cursor, when that is there already. */
export function placesOf(days: Days | undefined, after: string | undefined, along: boolean): Predicate {
  const { start, to } = endsOf(days, after)
  const places = along ? endsOfPlaces(days, after) : {}
  const terms: readonly (readonly [string, string | number | undefined])[] = [
    ['st.position >= ?', start],
    ['st.position < ?', to === undefined ? undefined : afterPrefix(to)],
    // The same for the index that has places.
    ['k.place >= ?', places.from],
    ['k.place <= ?', places.to],
  ]
  return allOf(
    terms.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, parameters: [value], exact: true }])),
  )
}

function endsOf(days: Days | undefined, after: string | undefined) {
  const [last = ''] = after === undefined ? [] : positionsOf(after)
  const { from, to } = days === undefined ? {} : placesWithin(days)
  return {
    start: from !== undefined && last < from ? from : undefined,
    behind: after === undefined ? undefined : placeOf(last),
    to,
  }
}

function studyProbesOf(dialect: Dialect, groups: NonNullable<Query['visibility']>): readonly (readonly Probe[])[] {
  return groups.map((group) =>
    group.flatMap((condition) => compileCondition(dialect, condition).probes).filter(({ level }) => level === 'study'),
  )
}

function compileVisibility(dialect: Dialect, { visibility = [] }: Query): Predicate {
  return anyOf(
    visibility.map((group) => {
      const conditions = group.map((condition) => compileCondition(dialect, condition))
      const all = allOf(conditions.flatMap(({ probes }) => probes.map((probe) => predicateOf(dialect, probe))))
      return { ...all, exact: conditions.every(({ exact }) => exact) }
    }),
  )
}

function predicateOf(dialect: Dialect, probe: Probe): Predicate {
  if (probe.kind === 'row') return probe
  const { sql, parameters } = dialect.hasKey(probe, probe)
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
function stretchesAfter(level: Level, after: string | undefined, along: boolean): readonly Predicate[] {
  if (after === undefined) return [always]
  const positions = positionsOf(after).map(keyText)
  const columns = levelsDownTo(level).map((each) => `${aliases[each]}.position`)
  const [study = ''] = positions
  // What is left of a study lies at its place: the index that has places need not be read beyond.
  const place = (depth: number): readonly string[] => (along && depth > 0 ? ['k.place = ?'] : [])
  return columns
    .map((column, depth) => ({
      sql: [...columns.slice(0, depth).map((above) => `${above} = ?`), `${column} > ?`, ...place(depth)].join(' AND '),
      parameters: [...positions.slice(0, depth + 1), ...place(depth).map(() => placeOf(study))],
      exact: true,
    }))
    .reverse()
}
