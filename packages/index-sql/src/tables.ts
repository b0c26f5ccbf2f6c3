import type { Level, Partition } from '@sansfilm/core/adapters'
import { levelsDownTo } from '@sansfilm/core/query'
import type { KeyProbe } from './compile-condition.ts'
import { aliases, type Dialect } from './dialect.ts'
import { always, type Predicate, type Sql } from './sql.ts'

/** Where the rows of a search start from. */
export type Start =
  /** All studies in their order. */
  | 'in order'
  /** The few that a key leaves. */
  | { readonly level: Level; readonly ids: readonly number[] }
  /** All that have one value, in the order of their places. */
  | { readonly along: KeyProbe }

const down = {
  study: 'study st',
  series: 'series se ON se.study_id = st.id',
  instance: 'instance i ON i.series_id = se.id',
} as const satisfies Record<Level, string>

const up = {
  study: undefined,
  series: 'study st ON st.id = se.study_id',
  instance: 'series se ON se.id = i.series_id',
} as const satisfies Record<Level, string | undefined>

/** The tables down to a level, from a start outwards, what limits their rows to that, and what they are sorted by. */
export interface Tables {
  readonly tables: Sql
  readonly where: Predicate
  readonly order: string
}

export function tablesFrom(dialect: Dialect, partition: Partition, level: Level, start: Start): Tables {
  const positions = levelsDownTo(level).map((each) => `${aliases[each]}.position`)
  if (start === 'in order') {
    return {
      tables: joined(dialect, level, 'study', { sql: down.study, parameters: [] }),
      where: always,
      order: positions.join(', '),
    }
  }
  if ('ids' in start) {
    const tables = joined(dialect, level, start.level, dialect.chosen(start.level, start.ids))
    return { tables, where: always, order: positions.join(', ') }
  }
  const { level: from, path, sql, parameters } = start.along
  const first = `${from}_key k ${dialect.join} ${from} ${aliases[from]} ON ${aliases[from]}.id = k.owner`
  return {
    tables: joined(dialect, level, from, { sql: first, parameters: [] }),
    where: {
      sql: `k.partition = ? AND k.path = ? AND (${sql})`,
      parameters: [partition, path, ...parameters],
      exact: true,
    },
    // The place is what a position begins with: sorting by both is sorting by position, and the index has the first.
    order: ['k.place', ...positions].join(', '),
  }
}

/** From the table of one level up to that of studies, and down to that of another level. */
function joined({ join }: Dialect, level: Level, from: Level, { sql, parameters }: Sql): Sql {
  const above = levelsDownTo(from)
    .toReversed()
    .flatMap((each) => up[each] ?? [])
  const below = levelsDownTo(level)
    .slice(levelsDownTo(from).length)
    .map((each) => down[each])
  return { sql: [sql, ...above, ...below].join(` ${join} `), parameters }
}
