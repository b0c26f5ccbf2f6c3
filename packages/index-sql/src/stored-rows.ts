import type { InflatedObject, InstanceScope, StoredInstance } from '@sansfilm/core/adapters'
import { keyText } from '@sansfilm/core/query'
import type { Dialect } from './dialect.ts'

/** What of an instance is read to tell where it is stored. */
export interface StoredRow {
  readonly id: number
  readonly series_id: number
  readonly study_id: number
  readonly partition: string
  readonly study: string
  readonly series: string
  readonly instance: string
  readonly sop_class: string
  readonly transfer_syntax: string
  readonly object_key: string
  readonly object_offset: number
  readonly object_length: number
  readonly digest: string
  readonly stored_at: number
  readonly inflated_key: string | null
  readonly inflated_length: number | null
  readonly inflated_digest: string | null
}

/** Columns of a `StoredRow`, of the tables `st`, `se` and `i`. */
export const storedColumns = `i.id, i.series_id, se.study_id, i.partition, st.uid AS study, se.uid AS series,
  i.uid AS instance, i.sop_class, i.transfer_syntax, i.object_key, i.object_offset, i.object_length, i.digest, i.stored_at,
  i.inflated_key, i.inflated_length, i.inflated_digest`

/** An instance with those above it, found by the instance. */
export function instanceWithAbove(join: Dialect['join']): string {
  return `instance i
    ${join} series se ON se.id = i.series_id
    ${join} study st ON st.id = se.study_id`
}

/** The instance that a row tells of. */
export function storedInstanceOf(row: StoredRow): StoredInstance {
  return {
    partition: row.partition,
    study: row.study,
    series: row.series,
    instance: row.instance,
    sopClass: row.sop_class,
    transferSyntax: row.transfer_syntax,
    location: { key: row.object_key, offset: row.object_offset, length: row.object_length },
    digest: row.digest,
    storedAt: new Date(row.stored_at),
    inflated: inflatedOf(row),
  }
}

function inflatedOf(row: StoredRow): InflatedObject | undefined {
  const { inflated_key: key, inflated_length: length, inflated_digest: digest } = row
  return key === null || length === null || digest === null ? undefined : { key, length, digest }
}

/** Bytes of all objects of an instance. */
export function bytesOf({ object_length, inflated_length }: StoredRow): number {
  return object_length + (inflated_length ?? 0)
}

/** Limits `st`, `se` and `i` to a scope. */
export function withinScope(scope: InstanceScope): { readonly sql: string; readonly parameters: readonly string[] } {
  const { partition, study, series, instance } = scope
  const terms = ['st.partition = ?', 'st.uid = ?']
  const parameters = [partition, study]
  if (series !== undefined) {
    terms.push('se.uid = ?')
    parameters.push(series)
  }
  if (instance !== undefined) {
    terms.push('i.partition = ?', 'i.uid = ?')
    parameters.push(partition, instance)
  }
  return { sql: terms.join(' AND '), parameters: parameters.map(keyText) }
}
