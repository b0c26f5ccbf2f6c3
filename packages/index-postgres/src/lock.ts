import type { Partition, StoredInstance } from '@sansfilm/core/adapters'
import { keyText } from '@sansfilm/core/query'
import type { Uid } from '@sansfilm/dicom'
import type { Statements } from './statements.ts'

/** A study or series that is there. */
export interface Standing {
  readonly id: number
  readonly uid: Uid
  readonly position: string
  readonly attributes: string
}

/**
 * Locks the rows of studies until the transaction ends. The row of a study is the lock of all that lies in it: counts,
 * attributes and modalities are of one change at a time. Several are locked in the order of their UIDs, so that no two
 * transactions wait for each other.
 * @returns those that exist, by their UID
 */
export async function lockStudies(
  db: Statements,
  partition: Partition,
  studies: readonly Uid[],
): Promise<ReadonlyMap<Uid, Standing>> {
  const rows = await db.all<Standing>(
    `SELECT id, uid, position, attributes FROM study WHERE partition = ? AND uid = ANY(?::text[])
     ORDER BY uid FOR NO KEY UPDATE`,
    partition,
    studies.map(keyText),
  )
  return new Map(rows.map((row) => [row.uid, row]))
}

/** The series of an instance, where it is there. */
export function standingOf(
  db: Statements,
  { partition, study, series }: Pick<StoredInstance, 'partition' | 'study' | 'series'>,
): Promise<Standing | undefined> {
  return db.get(
    `SELECT se.id, se.uid, se.position, se.attributes FROM study st JOIN series se ON se.study_id = st.id
     WHERE st.partition = ? AND st.uid = ? AND se.uid = ?`,
    partition,
    study,
    series,
  )
}

/** The number of this change: what it touches has it for its revision, what it makes for its id. Never given twice. */
export async function nextChange(db: Statements): Promise<number> {
  const row = await db.get<{ readonly number: number }>(`SELECT nextval('change') AS number`)
  if (row === undefined) throw new Error('The index has lost its sequence of changes')
  return row.number
}
