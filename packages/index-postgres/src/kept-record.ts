import type { InstanceScope, KeptRecord } from '@sansfilm/core/adapters'
import type { BulkDataRange } from '@sansfilm/dicom'
import { type RecordRow, recordColumns, recordOfRow, withinScope } from '@sansfilm/index-sql'
import { instanceWithAbove } from './dialect.ts'
import type { Statements } from './statements.ts'

interface KeptRow extends RecordRow {
  readonly bulk_data: string
  readonly metadata: Uint8Array
  readonly blocks: readonly Uint8Array[] | null
}

/** One statement, and so of one moment. @see InstanceIndex.record */
export async function readRecord(db: Statements, scope: Required<InstanceScope>): Promise<KeptRecord | undefined> {
  const { sql, parameters } = withinScope(scope)
  const row = await db.get<KeptRow>(
    `SELECT ${recordColumns}, i.bulk_data, i.metadata,
       (SELECT array_agg(f.bytes ORDER BY f.block) FROM frame_block f WHERE f.instance_id = i.id) AS blocks
     FROM ${instanceWithAbove} WHERE ${sql}`,
    ...parameters,
  )
  if (row === undefined) return undefined
  const { metadata, bulk_data, blocks } = row
  const bulkData = JSON.parse(bulk_data) as readonly BulkDataRange[] // as written
  return recordOfRow(row, { metadata, bulkData, frameBlocks: blocks ?? [] })
}
