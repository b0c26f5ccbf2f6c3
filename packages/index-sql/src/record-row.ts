import type { KeptRecord } from '@sansfilm/core/adapters'
import type { Dataset, PixelDataLayout } from '@sansfilm/dicom'
import { type StoredRow, storedColumns, storedInstanceOf } from './stored-rows.ts'

/** What of a record stands in the rows of its levels in every database. */
export interface RecordRow extends StoredRow {
  readonly study_attributes: string
  readonly series_attributes: string
  readonly attributes: string
  readonly study_position: string
  readonly series_position: string
  readonly position: string
  readonly pixel_data: string | null
}

/** Columns of a `RecordRow`, of the tables `st`, `se` and `i`. */
export const recordColumns = `${storedColumns}, st.attributes AS study_attributes, se.attributes AS series_attributes,
  i.attributes, st.position AS study_position, se.position AS series_position, i.position, i.pixel_data`

/** A record of its row and of what each database keeps in its own way. @see InstanceIndex.record */
export function recordOfRow(
  row: RecordRow,
  rest: Pick<KeptRecord, 'metadata' | 'bulkData' | 'frameBlocks'>,
): KeptRecord {
  const parse = (text: string) => JSON.parse(text) as Dataset // as written
  return {
    ...storedInstanceOf(row),
    ...rest,
    attributes: {
      study: parse(row.study_attributes),
      series: parse(row.series_attributes),
      instance: parse(row.attributes),
    },
    pixelData: row.pixel_data === null ? undefined : (JSON.parse(row.pixel_data) as PixelDataLayout), // as written
    positions: { study: row.study_position, series: row.series_position, instance: row.position },
  }
}
