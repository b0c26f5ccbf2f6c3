import type { InstanceScope, KeptRecord } from '@sansfilm/core/adapters'
import { type RecordRow, recordColumns, recordOfRow, withinScope } from '@sansfilm/index-sql'
import { instanceWithAbove } from './dialect.ts'
import { readBulkData, readMetadata } from './read.ts'
import type { Statements } from './statements.ts'

/** Runs in a transaction, so that nothing changes between its queries. @see InstanceIndex.record */
export function readRecord(db: Statements, scope: Required<InstanceScope>): KeptRecord | undefined {
  const { sql, parameters } = withinScope(scope)
  const row = db.get<RecordRow>(`SELECT ${recordColumns} FROM ${instanceWithAbove} WHERE ${sql}`, ...parameters)
  const metadata = row && readMetadata(db, row.id)
  const bulkData = readBulkData(db, scope, undefined)?.ranges
  if (row === undefined || metadata === undefined || bulkData === undefined) return undefined
  const blocks = db.all<{ readonly bytes: Uint8Array }>(
    'SELECT bytes FROM frame_block WHERE instance_id = ? ORDER BY block',
    row.id,
  )
  return recordOfRow(row, { metadata, bulkData, frameBlocks: blocks.map(({ bytes }) => bytes) })
}
