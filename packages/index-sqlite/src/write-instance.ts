import type { InstancePlaces, InstanceRecord } from '@sansfilm/core/adapters'
import { positionOf } from '@sansfilm/core/query'
import type { Statements } from './statements.ts'
import type { KeptPlace } from './write-levels.ts'

/**
 * Writes the row of an instance, and what only retrievals read of it.
 * @param kept what the row has of the one it replaces
 */
export function writeInstance(
  db: Statements,
  record: InstanceRecord,
  seriesId: number,
  revision: number,
  kept: Partial<KeptPlace>,
): void {
  const { location, attributes, pixelData, inflated } = record
  const { lastInsertRowid } = db.run(
    `INSERT INTO instance (id, series_id, partition, uid, position, sop_class, transfer_syntax, object_key, object_offset,
       object_length, digest, revision, stored_at, attributes, pixel_data, inflated_key, inflated_length, inflated_digest)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    kept.id ?? null,
    seriesId,
    record.partition,
    record.instance,
    kept.position ?? positionOf('instance', record),
    record.sopClass,
    record.transferSyntax,
    location.key,
    location.offset,
    location.length,
    record.digest,
    revision,
    record.storedAt.getTime(),
    JSON.stringify(attributes.instance),
    pixelData === undefined ? null : JSON.stringify(pixelData),
    inflated?.key ?? null,
    inflated?.length ?? null,
    inflated?.digest ?? null,
  )
  const id = Number(lastInsertRowid)
  db.run('INSERT INTO metadata (instance_id, metadata) VALUES (?, ?)', id, record.metadata)
  writePlaces(db, id, record)
}

/** Writes the rows of bulk data and frames. */
export function writePlaces(db: Statements, id: number, { bulkData, frameBlocks }: InstancePlaces): void {
  for (const [ordinal, { path, vr, offset, length, encapsulated }] of bulkData.entries()) {
    db.run(
      'INSERT INTO bulk_data (instance_id, path, ordinal, vr, offset, length, encapsulated) VALUES (?, ?, ?, ?, ?, ?, ?)',
      id,
      path,
      ordinal,
      vr,
      offset,
      length,
      encapsulated ? 1 : 0,
    )
  }
  for (const [block, bytes] of frameBlocks.entries()) {
    db.run('INSERT INTO frame_block (instance_id, block, bytes) VALUES (?, ?, ?)', id, block, bytes)
  }
}
