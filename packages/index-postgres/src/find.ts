import type { Partition, StoredInstance } from '@sansfilm/core/adapters'
import { keyText } from '@sansfilm/core/query'
import type { Uid } from '@sansfilm/dicom'
import { type StoredRow, storedColumns, storedInstanceOf } from '@sansfilm/index-sql'
import { instanceWithAbove } from './dialect.ts'
import type { Statements } from './statements.ts'

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
