import type { InstanceScope, ResourceState } from '@sansfilm/core/adapters'
import type { Dialect } from './dialect.ts'
import type { Sql } from './sql.ts'
import { instanceWithAbove, withinScope } from './stored-rows.ts'

/** What `stateQuery` finds. */
export interface StateRow {
  readonly revision: number
  readonly instances: number
  readonly bytes: number
}

/** Asks for the state of a scope, in one row or none. @see InstanceIndex.state */
export function stateQuery(join: Dialect['join'], scope: InstanceScope): Sql {
  const { sql, parameters } = withinScope(scope)
  return { sql: `SELECT ${columnsFor(scope)} FROM ${tablesFor(join, scope)} WHERE ${sql}`, parameters }
}

/** What a row of `stateQuery` says; nothing is stored where there is none. */
export function stateOf(row: StateRow | undefined): ResourceState | undefined {
  return row === undefined ? undefined : { ...row, revision: String(row.revision) }
}

function columnsFor({ series, instance }: InstanceScope): string {
  if (instance !== undefined) {
    return 'i.revision, 1 AS instances, i.object_length + coalesce(i.inflated_length, 0) AS bytes'
  }
  return series === undefined ? 'st.revision, st.instances, st.bytes' : 'se.revision, se.instances, se.bytes'
}

function tablesFor(join: Dialect['join'], { series, instance }: InstanceScope): string {
  if (instance !== undefined) return instanceWithAbove(join)
  return series === undefined ? 'study st' : `study st ${join} series se ON se.study_id = st.id`
}
