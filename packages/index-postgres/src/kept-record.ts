import type { InstanceScope, KeptRecord } from '@sansfilm/core/adapters'
import type { BulkDataRange, Dataset, PixelDataLayout } from '@sansfilm/dicom'
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
  readonly bulk_data: string
  readonly metadata: Uint8Array
  readonly blocks: readonly Uint8Array[] | null
}

/** One statement, and so of one moment. @see InstanceIndex.record */
export async function readRecord(db: Statements, scope: Required<InstanceScope>): Promise<KeptRecord | undefined> {
  const { sql, parameters } = withinScope(scope)
  const row = await db.get<KeptRow>(
    `SELECT ${storedColumns}, st.attributes AS study_attributes, se.attributes AS series_attributes, i.attributes,
       st.position AS study_position, se.position AS series_position, i.position, i.pixel_data, i.bulk_data, i.metadata,
       (SELECT array_agg(f.bytes ORDER BY f.block) FROM frame_block f WHERE f.instance_id = i.id) AS blocks
     FROM ${instanceWithAbove} WHERE ${sql}`,
    ...parameters,
  )
  if (row === undefined) return undefined
  const parse = (text: string) => JSON.parse(text) as Dataset // as written
  return {
    ...storedInstanceOf(row),
    attributes: {
      study: parse(row.study_attributes),
      series: parse(row.series_attributes),
      instance: parse(row.attributes),
    },
    metadata: row.metadata,
    bulkData: JSON.parse(row.bulk_data) as readonly BulkDataRange[], // likewise
    pixelData: row.pixel_data === null ? undefined : (JSON.parse(row.pixel_data) as PixelDataLayout), // likewise
    frameBlocks: row.blocks ?? [],
    positions: { study: row.study_position, series: row.series_position, instance: row.position },
  }
}
