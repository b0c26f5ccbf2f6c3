import type { MetadataRow } from '@sansfilm/index-sql'
import type { Database } from './database.ts'

/** Metadata of so many bytes is read at a time. */
const batchBytes = 1024 * 1024

/** What `metadataOf` wants to know of a row; the length is told without reading the bytes. */
export const withMetadataLength = 'octet_length(i.metadata) AS metadata_length'

/** The prepared metadata of instances, in their order, but for those that went meanwhile. */
export async function* metadataOf<Row extends MetadataRow>(
  database: Database,
  rows: readonly Row[],
): AsyncIterable<readonly [row: Row, metadata: Uint8Array]> {
  for (const batch of batchesOf(rows)) {
    const found = await database.read((db) =>
      db.all<{ readonly id: number; readonly metadata: Uint8Array }>(
        'SELECT id, metadata FROM instance WHERE id = ANY(?::bigint[])',
        batch.map(({ id }) => id),
      ),
    )
    const byId = new Map(found.map(({ id, metadata }) => [id, metadata]))
    for (const row of batch) {
      const metadata = byId.get(row.id)
      if (metadata !== undefined) yield [row, metadata]
    }
  }
}

function* batchesOf<Row extends MetadataRow>(rows: readonly Row[]): Iterable<readonly Row[]> {
  let batch: Row[] = []
  let bytes = 0
  for (const row of rows) {
    batch.push(row)
    bytes += row.metadata_length
    if (bytes < batchBytes) continue
    yield batch
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield batch
}
