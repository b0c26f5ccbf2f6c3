import type { Level, Partition } from '@sansfilm/core/adapters'
import type { Sql } from './sql.ts'

/** A table of comparable values, and where in it. */
export interface KeyPlace {
  readonly level: KeyLevel
  readonly path: string
}

/** The levels that have tables of comparable values: `study_key`, `series_key`. */
export type KeyLevel = Exclude<Level, 'instance'>

/** The names by which the tables of the levels go in every statement. */
export const aliases = { study: 'st', series: 'se', instance: 'i' } as const satisfies Record<Level, string>

/**
 * What a database says in its own way. The tables of all have these columns:
 * `study st (id, partition, uid, position, attributes, modalities, series, instances, stored_at)`,
 * `series se (id, study_id, uid, position, attributes, instances, stored_at)`,
 * `instance i (id, series_id, partition, uid, position, sop_class, transfer_syntax, attributes, stored_at, ...)`, and
 * `study_key` and `series_key k (partition, path, value, place, owner)`: the rows of `levelKeyRows`, with what `placeOf`
 * makes of the study's position. An index of them in this order reads the owners of one value as they are placed.
 */
export interface Dialect {
  /** Joins the tables in the order in which they are named, where the database lets itself be told. */
  readonly join: 'JOIN' | 'CROSS JOIN'
  /** The function of a text and a piece that tells where the piece begins in it, 0 for nowhere. */
  readonly positionOf: 'instr' | 'strpos'
  /**
   * How many rows of each key are looked at, in one round after another, until a key has no more. Where none has fewer than
   * the last of these, that is not where to start.
   */
  readonly looks: readonly [number, ...number[], number]
  /** Whether an expression has one of these values. */
  isOneOf(expression: string, values: readonly string[]): Sql
  /** Whether `k.value` has one of these values. */
  valueIsOneOf(values: readonly string[]): Sql
  /** Whether `k.value` lies between these texts or is one of them; both are short. */
  valueLiesIn(from: string, to: string): Sql
  /** Whether `k.value` matches a pattern with at least one `*` or `?`, and no two stars side by side. */
  valueMatches(pattern: string): Sql
  /** Whether the study `st` or series `se` has a row in its table of values of which a predicate of `k` holds. */
  hasKey(place: KeyPlace, predicate: Sql): Sql
  /** The table of a level, joined to some ids that it is limited to. */
  chosen(level: Level, ids: readonly number[]): Sql
  /**
   * The `id` of every row with a value that matches a pattern of which nothing is known at its beginning, and of others; at
   * most `?` of them. `undefined` where no index tells.
   */
  candidatesAnywhere(partition: Partition, place: KeyPlace, predicate: Sql, pattern: string): Sql | undefined
  /**
   * The studies that have what `candidatesAnywhere` looks for, and others, in the order of their places, between two of
   * these or at them: `id` and `place`, at most `?` of them. Absent where no index reads them so; `undefined` where it does
   * not tell of this pattern.
   */
  placedAnywhere?(place: KeyPlace, pattern: string, places: Places): Sql | undefined
}

/** Ends of a range of what `placeOf` gives; an absent one is open. */
export interface Places {
  readonly from?: number | undefined
  readonly to?: number | undefined
}
