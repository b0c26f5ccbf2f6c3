import type { Partition, StoredInstance } from '@sansfilm/core/adapters'
import type { Uid } from '@sansfilm/dicom'
import type { Statements } from './statements.ts'
import { instanceWithAbove, type StoredRow, storedColumns, storedInstanceOf } from './stored-rows.ts'

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
