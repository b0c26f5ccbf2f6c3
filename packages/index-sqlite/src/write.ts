import type {
  AddOutcome,
  InstanceRecord,
  InstanceScope,
  LevelAttributes,
  StoredInstance,
} from '@sansfilm/core/adapters'
import { positionOf } from '@sansfilm/core/query'
import { addToCounts, type Change, takeFromCounts } from './counts.ts'
import type { Statements } from './statements.ts'
import { instanceWithAbove, type StoredRow, storedColumns, storedInstanceOf, withinScope } from './stored-rows.ts'
import { writeInstance } from './write-instance.ts'
import { fillSeries, fillStudy } from './write-levels.ts'

/** Adds a record; runs in a transaction. @see InstanceIndex.add */
export function addRecord(db: Statements, record: InstanceRecord, onConflict: 'refuse' | 'replace'): AddOutcome {
  const standing = db.get<StoredRow>(
    `SELECT ${storedColumns} FROM ${instanceWithAbove} WHERE i.partition = ? AND i.uid = ?`,
    record.partition,
    record.instance,
  )
  if (standing === undefined) {
    insertRecord(db, record, undefined)
    return { outcome: 'added' }
  }
  const stored = storedInstanceOf(standing)
  const samePlace = stored.study === record.study && stored.series === record.series
  if (samePlace && stored.digest === record.digest) return { outcome: 'identical', stored }
  if (onConflict === 'refuse') return { outcome: 'conflict', stored }
  removeRows(db, [standing])
  // Under its old number, so that an iteration by number does not see the instance twice.
  insertRecord(db, record, standing.id)
  return { outcome: 'replaced', previous: stored }
}

/** Forgets a scope; runs in a transaction. @see InstanceIndex.remove */
export function removeScope(db: Statements, scope: InstanceScope): readonly StoredInstance[] {
  const { sql, parameters } = withinScope(scope)
  const rows = db.all<StoredRow>(
    `SELECT ${storedColumns} FROM study st
       CROSS JOIN series se ON se.study_id = st.id
       CROSS JOIN instance i ON i.series_id = se.id
     WHERE ${sql} ORDER BY se.position, i.position`,
    ...parameters,
  )
  removeRows(db, rows)
  return rows.map(storedInstanceOf)
}

/** Runs in a transaction. @see InstanceIndex.setAttributes */
export function setAttributes(db: Statements, stored: StoredInstance, attributes: LevelAttributes): void {
  const { sql, parameters } = withinScope(stored)
  const row = db.get<StoredRow>(`SELECT ${storedColumns} FROM ${instanceWithAbove} WHERE ${sql}`, ...parameters)
  if (row?.digest !== stored.digest) return
  fillStudy(db, stored, attributes.study)
  fillSeries(db, stored, row.study_id, attributes.series)
  db.run(
    'UPDATE instance SET attributes = ?, position = ? WHERE id = ?',
    JSON.stringify(attributes.instance),
    positionOf('instance', attributes.instance, stored.instance),
    row.id,
  )
}

function insertRecord(db: Statements, record: InstanceRecord, id: number | undefined): void {
  const studyId = fillStudy(db, record, record.attributes.study)
  const seriesId = fillSeries(db, record, studyId, record.attributes.series)
  const change: Change = { studyId, seriesId, partition: record.partition, instances: 1, bytes: record.location.length }
  const revision = addToCounts(db, change, record.storedAt.getTime())
  writeInstance(db, record, seriesId, revision, id)
}

function removeRows(db: Statements, rows: readonly StoredRow[]): void {
  for (const [seriesId, group] of Map.groupBy(rows, (row) => row.series_id)) {
    for (const { id } of group) db.run('DELETE FROM instance WHERE id = ?', id)
    const [{ study_id: studyId, partition }] = group as [StoredRow, ...StoredRow[]] // no group is empty
    const bytes = group.reduce((sum, { object_length }) => sum + object_length, 0)
    takeFromCounts(db, { studyId, seriesId, partition, instances: group.length, bytes })
  }
}
