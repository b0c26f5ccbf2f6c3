import type { Partition, StoredInstance } from '@sansfilm/core/adapters'
import type { Uid } from '@sansfilm/dicom'
import { type StoredRow, storedColumns, storedInstanceOf } from '@sansfilm/index-sql'
import { instanceWithAbove } from './dialect.ts'
import type { Statements } from './statements.ts'

/** @see InstanceIndex.find */
export function findInstances(
  db: Statements,
  partition: Partition,
  instances: readonly Uid[],
): readonly StoredInstance[] {
  const rows = db.all<StoredRow>(
    `SELECT ${storedColumns} FROM json_each(?) CROSS JOIN ${instanceWithAbove} WHERE i.partition = ? AND i.uid = value`,
    JSON.stringify(instances),
    partition,
  )
  return rows.map(storedInstanceOf)
}
