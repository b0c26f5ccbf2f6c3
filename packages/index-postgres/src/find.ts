import type { Partition, StoredInstance } from '@sansfilm/core/adapters'
import { keyText } from '@sansfilm/core/query'
import type { Uid } from '@sansfilm/dicom'
import type { Statements } from './statements.ts'
import { instanceWithAbove, type StoredRow, storedColumns, storedInstanceOf } from './stored-rows.ts'

/** @see InstanceIndex.find */
export async function findInstances(
  db: Statements,
  partition: Partition,
  instances: readonly Uid[],
): Promise<readonly StoredInstance[]> {
  const rows = await db.all<StoredRow>(
    `SELECT ${storedColumns} FROM ${instanceWithAbove} WHERE i.partition = ? AND i.uid = ANY(?::text[])`,
    partition,
    instances.map(keyText),
  )
  return rows.map(storedInstanceOf)
}
