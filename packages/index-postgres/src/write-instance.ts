import type { InstanceRecord } from '@sansfilm/core/adapters'
import { positionOf } from '@sansfilm/core/query'
import type { Statements } from './statements.ts'
import type { KeptPlace } from './write-levels.ts'

/** Where a record goes; the id and the position of what it replaces. */
export interface InstancePlace extends Partial<KeptPlace> {
  readonly seriesId: number
  readonly change: number
}

/** Writes the row of an instance, and what only retrievals read of it. */
export function sendInstance(
  db: Statements,
  record: InstanceRecord,
  { seriesId, change, id = change, position = positionOf('instance', record) }: InstancePlace,
): void {
  const { location, attributes, pixelData, inflated, bulkData } = record
  db.send(
    `INSERT INTO instance (id, series_id, partition, uid, position, sop_class, transfer_syntax, object_key, object_offset,
       object_length, digest, inflated_key, inflated_length, inflated_digest, revision, stored_at, attributes, pixel_data,
       bulk_data, metadata)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    id,
    seriesId,
    record.partition,
    record.instance,
    position,
    record.sopClass,
    record.transferSyntax,
    location.key,
    location.offset,
    location.length,
    record.digest,
    inflated?.key ?? null,
    inflated?.length ?? null,
    inflated?.digest ?? null,
    change,
    record.storedAt.getTime(),
    JSON.stringify(attributes.instance),
    pixelData === undefined ? null : JSON.stringify(pixelData),
    JSON.stringify(bulkData),
    record.metadata,
  )
  sendFrameBlocks(db, id, record.frameBlocks)
}

/** Writes the rows of frames. */
export function sendFrameBlocks(db: Statements, id: number, frameBlocks: readonly Uint8Array[]): void {
  for (const [block, bytes] of frameBlocks.entries()) {
    db.send('INSERT INTO frame_block (instance_id, block, bytes) VALUES (?, ?, ?)', id, block, bytes)
  }
}
