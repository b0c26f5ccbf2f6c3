import type { Partition } from '@sansfilm/core/adapters'
import type { Statements } from './statements.ts'
import { setModalities } from './write-levels.ts'

/** What comes to one series. */
export interface Arrival {
  readonly studyId: number
  readonly seriesId: number
  /** The revision of both from now on. */
  readonly change: number
  readonly instances: number
  readonly bytes: number
  /** Milliseconds since 1970. */
  readonly storedAt: number
}

/** Counts what comes, in a study that is locked. */
export function sendCounts(db: Statements, { studyId, seriesId, change, instances, bytes, storedAt }: Arrival): void {
  for (const [table, id] of [
    ['series', seriesId],
    ['study', studyId],
  ] as const) {
    db.send(
      `UPDATE ${table} SET instances = instances + ?, bytes = bytes + ?, revision = ?, stored_at = greatest(stored_at, ?)
       WHERE id = ?`,
      instances,
      bytes,
      change,
      storedAt,
      id,
    )
  }
}

/** Instances that leave one series. */
export interface Departure {
  readonly partition: Partition
  readonly studyId: number
  readonly seriesId: number
  readonly change: number
  readonly instances: number
  readonly bytes: number
}

/** Counts what left, and forgets the series and the study that it leaves empty. @returns which of them went */
export async function takeFromCounts(
  db: Statements,
  { partition, studyId, seriesId, change, instances, bytes }: Departure,
): Promise<{ readonly series: boolean; readonly study: boolean }> {
  for (const [table, id, below] of [
    ['series', seriesId, 'instance WHERE series_id'],
    ['study', studyId, 'series WHERE study_id'],
  ] as const) {
    db.send(
      `UPDATE ${table} SET instances = instances - ?, bytes = bytes - ?, revision = ?,
         stored_at = coalesce((SELECT max(stored_at) FROM ${below} = ?), 0) WHERE id = ?`,
      instances,
      bytes,
      change,
      id,
      id,
    )
  }
  const deleteEmpty = async (table: 'series' | 'study', id: number) =>
    (await db.get(`DELETE FROM ${table} WHERE id = ? AND instances = 0 RETURNING id`, id)) !== undefined
  const [series, study] = await Promise.all([deleteEmpty('series', seriesId), deleteEmpty('study', studyId)])
  if (series && !study) {
    db.send('UPDATE study SET series = series - 1 WHERE id = ?', studyId)
    await setModalities(db, partition, studyId)
  }
  return { series, study }
}

/** What a change does to the totals of its partition. */
export interface Totals {
  readonly studies: number
  readonly series: number
  readonly instances: number
  readonly bytes: number
}

/** Slots of each partition: so many commits need not wait for each other. */
const slots = 64

/** Counts in the slot of this connection. The last statement of a change: nothing is waited for with the slot locked. */
export function sendTotals(db: Statements, partition: Partition, { studies, series, instances, bytes }: Totals): void {
  db.send(
    `INSERT INTO totals VALUES (?, pg_backend_pid() % ${slots}, ?, ?, ?, ?)
     ON CONFLICT (partition, slot) DO UPDATE SET studies = totals.studies + excluded.studies,
       series = totals.series + excluded.series, instances = totals.instances + excluded.instances,
       bytes = totals.bytes + excluded.bytes`,
    partition,
    studies,
    series,
    instances,
    bytes,
  )
}

export function add(left: Totals, right: Totals): Totals {
  return {
    studies: left.studies + right.studies,
    series: left.series + right.series,
    instances: left.instances + right.instances,
    bytes: left.bytes + right.bytes,
  }
}
