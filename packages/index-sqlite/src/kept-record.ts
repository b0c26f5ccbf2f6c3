import type { InstanceScope, KeptRecord } from '@sansfilm/core/adapters'
import type { Dataset, PixelDataLayout } from '@sansfilm/dicom'
import { readBulkData, readMetadata } from './read.ts'
import type { Statements } from './statements.ts'
import { instanceWithAbove, type StoredRow, storedColumns, storedInstanceOf, withinScope } from './stored-rows.ts'

interface KeptRow extends StoredRow {
  readonly study_attributes: string
  readonly series_attributes: string
  readonly attributes: string
  readonly study_position: string
  readonly series_position: string
  readonly position: string
  readonly pixel_data: string | null
}

/** Runs in a transaction, so that nothing changes between its queries. @see InstanceIndex.record */
export function readRecord(db: Statements, scope: Required<InstanceScope>): KeptRecord | undefined {
  const { sql, parameters } = withinScope(scope)
  const row = db.get<KeptRow>(
    `SELECT ${storedColumns}, st.attributes AS study_attributes, se.attributes AS series_attributes, i.attributes,
       st.position AS study_position, se.position AS series_position, i.position, i.pixel_data
     FROM ${instanceWithAbove} WHERE ${sql}`,
    ...parameters,
  )
  const metadata = row && readMetadata(db, row.id)
  const bulkData = readBulkData(db, scope, undefined)?.ranges
  if (row === undefined || metadata === undefined || bulkData === undefined) return undefined
  const blocks = db.all<{ readonly bytes: Uint8Array }>(
    'SELECT bytes FROM frame_block WHERE instance_id = ? ORDER BY block',
    row.id,
  )
  const parse = (text: string) => JSON.parse(text) as Dataset // as written
  return {
    ...storedInstanceOf(row),
    attributes: {
      study: parse(row.study_attributes),
      series: parse(row.series_attributes),
      instance: parse(row.attributes),
    },
    metadata,
    bulkData,
    pixelData: row.pixel_data === null ? undefined : (JSON.parse(row.pixel_data) as PixelDataLayout), // as written
    frameBlocks: blocks.map(({ bytes }) => bytes),
    positions: { study: row.study_position, series: row.series_position, instance: row.position },
  }
}
