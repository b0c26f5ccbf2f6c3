import type { Statements } from './statements.ts'
import { setModalities } from './write-levels.ts'

/** Instances that come to or leave one series. */
export interface Change {
  readonly partition: string
  readonly studyId: number
  readonly seriesId: number
  readonly instances: number
  readonly bytes: number
}

/** Counts what came. @returns the revision of the study and series from now on */
export function addToCounts(
  db: Statements,
  { partition, studyId, seriesId, instances, bytes }: Change,
  storedAt: number,
): number {
  const revision = nextRevision(db)
  for (const [table, id] of [
    ['series', seriesId],
    ['study', studyId],
  ] as const) {
    db.run(
      `UPDATE ${table} SET instances = instances + ?, bytes = bytes + ?, revision = ?, stored_at = max(stored_at, ?)
       WHERE id = ?`,
      instances,
      bytes,
      revision,
      storedAt,
      id,
    )
  }
  db.run(
    'UPDATE totals SET instances = instances + ?, bytes = bytes + ? WHERE partition = ?',
    instances,
    bytes,
    partition,
  )
  return revision
}

/** Counts what left, and forgets the series and the study that it leaves empty. */
export function takeFromCounts(db: Statements, { partition, studyId, seriesId, instances, bytes }: Change): void {
  const revision = nextRevision(db)
  db.run(
    'UPDATE totals SET instances = instances - ?, bytes = bytes - ? WHERE partition = ?',
    instances,
    bytes,
    partition,
  )
  for (const [table, id, below] of [
    ['series', seriesId, 'instance WHERE series_id'],
    ['study', studyId, 'series WHERE study_id'],
  ] as const) {
    db.run(
      `UPDATE ${table} SET instances = instances - ?, bytes = bytes - ?, revision = ?,
         stored_at = coalesce((SELECT max(stored_at) FROM ${below} = ?), 0) WHERE id = ?`,
      instances,
      bytes,
      revision,
      id,
      id,
    )
  }
  if (db.run('DELETE FROM series WHERE id = ? AND instances = 0', seriesId).changes > 0) {
    db.run('UPDATE study SET series = series - 1 WHERE id = ?', studyId)
    db.run('UPDATE totals SET series = series - 1 WHERE partition = ?', partition)
    setModalities(db, partition, studyId)
  }
  if (db.run('DELETE FROM study WHERE id = ? AND instances = 0', studyId).changes > 0) {
    db.run('UPDATE totals SET studies = studies - 1 WHERE partition = ?', partition)
  }
}

/** For a change that leaves the counts as they are. */
export function renewRevision(db: Statements, { studyId, seriesId }: Pick<Change, 'studyId' | 'seriesId'>): void {
  const revision = nextRevision(db)
  db.run('UPDATE series SET revision = ? WHERE id = ?', revision, seriesId)
  db.run('UPDATE study SET revision = ? WHERE id = ?', revision, studyId)
}

/** Ascends with every change and is never given twice. */
function nextRevision(db: Statements): number {
  const row = db.get<{ readonly value: number }>(
    `UPDATE archive SET value = value + 1 WHERE name = 'revision' RETURNING value`,
  )
  if (row === undefined) throw new Error('The index has lost its revision')
  return row.value
}
