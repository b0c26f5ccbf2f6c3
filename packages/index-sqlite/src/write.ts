import type {
  AddOutcome,
  InflatedInstance,
  InstanceRecord,
  InstanceScope,
  Level,
  LevelAttributes,
  ObjectLocation,
  StoredInstance,
} from '@sansfilm/core/adapters'
import { bytesOf, type StoredRow, storedColumns, storedInstanceOf, withinScope } from '@sansfilm/index-sql'
import { addToCounts, type Change, renewRevision, takeFromCounts } from './counts.ts'
import { instanceWithAbove } from './dialect.ts'
import type { Statements } from './statements.ts'
import { writeInstance, writePlaces } from './write-instance.ts'
import { fillSeries, fillStudy, type KeptPlace } from './write-levels.ts'

/** Adds a record; runs in a transaction. @see InstanceIndex.add */
export function addRecord(db: Statements, record: InstanceRecord, onConflict: 'refuse' | 'replace'): AddOutcome {
  const standing = db.get<StoredRow>(
    `SELECT ${storedColumns} FROM ${instanceWithAbove} WHERE i.partition = ? AND i.uid = ?`,
    record.partition,
    record.instance,
  )
  if (standing === undefined) {
    insertRecord(db, record)
    return { outcome: 'added' }
  }
  const stored = storedInstanceOf(standing)
  const samePlace = stored.study === record.study && stored.series === record.series
  if (samePlace && stored.digest === record.digest) return { outcome: 'identical', stored }
  if (onConflict === 'refuse') return { outcome: 'conflict', stored }
  const kept = keptPlaces(db, standing, record)
  removeRows(db, [standing])
  insertRecord(db, record, kept)
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
  const row = findSame(db, stored)
  if (row === undefined) return
  const described = { ...stored, attributes }
  fillSeries(db, described, fillStudy(db, described))
  db.run('UPDATE instance SET attributes = ? WHERE id = ?', JSON.stringify(attributes.instance), row.id)
  renewRevision(db, { studyId: row.study_id, seriesId: row.series_id })
}

/** Runs in a transaction. @see InstanceIndex.setInflated */
export function setInflated(db: Statements, stored: StoredInstance, inflatedInstance: InflatedInstance): boolean {
  const row = findSame(db, stored)
  if (row === undefined) return false
  const { inflated, pixelData } = inflatedInstance
  db.run(
    'UPDATE instance SET inflated_key = ?, inflated_length = ?, inflated_digest = ?, pixel_data = ? WHERE id = ?',
    inflated.key,
    inflated.length,
    inflated.digest,
    pixelData === undefined ? null : JSON.stringify(pixelData),
    row.id,
  )
  db.run('DELETE FROM bulk_data WHERE instance_id = ?', row.id)
  db.run('DELETE FROM frame_block WHERE instance_id = ?', row.id)
  writePlaces(db, row.id, inflatedInstance)
  const { study_id: studyId, series_id: seriesId, partition } = row
  const bytes = inflated.length - (row.inflated_length ?? 0)
  addToCounts(db, { studyId, seriesId, partition, instances: 0, bytes }, row.stored_at)
  return true
}

/** Runs in a transaction. @see InstanceIndex.relocate */
export function relocate(db: Statements, stored: StoredInstance, { key, offset }: ObjectLocation): boolean {
  const row = findSame(db, stored)
  if (row?.object_key !== stored.location.key || row.object_offset !== stored.location.offset) return false
  db.run('UPDATE instance SET object_key = ?, object_offset = ? WHERE id = ?', key, offset, row.id)
  return true
}

/** The row of an instance whose bytes are still these. */
function findSame(db: Statements, stored: StoredInstance): StoredRow | undefined {
  const { sql, parameters } = withinScope(stored)
  const row = db.get<StoredRow>(`SELECT ${storedColumns} FROM ${instanceWithAbove} WHERE ${sql}`, ...parameters)
  return row?.digest === stored.digest ? row : undefined
}

/** What the rows around a replaced instance hand on, so that no iteration by position or number skips or repeats them. */
interface KeptPlaces {
  readonly study?: KeptPlace
  readonly series?: KeptPlace
  readonly instance?: Partial<KeptPlace>
}

function keptPlaces(db: Statements, standing: StoredRow, { study, series }: InstanceRecord): KeptPlaces {
  const position = (level: Level, id: number) =>
    db.get<KeptPlace>(`SELECT id, position FROM ${level} WHERE id = ?`, id) as KeptPlace // the instance is in them
  if (standing.study !== study) return { instance: { id: standing.id } }
  const ofStudy = position('study', standing.study_id)
  if (standing.series !== series) return { study: ofStudy, instance: { id: standing.id } }
  return { study: ofStudy, series: position('series', standing.series_id), instance: position('instance', standing.id) }
}

function insertRecord(db: Statements, record: InstanceRecord, kept: KeptPlaces = {}): void {
  const study = fillStudy(db, record, kept.study)
  const seriesId = fillSeries(db, record, study, kept.series)
  const bytes = record.location.length + (record.inflated?.length ?? 0)
  const change: Change = { studyId: study.id, seriesId, partition: record.partition, instances: 1, bytes }
  const revision = addToCounts(db, change, record.storedAt.getTime())
  writeInstance(db, record, seriesId, revision, kept.instance ?? {})
}

function removeRows(db: Statements, rows: readonly StoredRow[]): void {
  for (const [seriesId, group] of Map.groupBy(rows, (row) => row.series_id)) {
    for (const { id } of group) db.run('DELETE FROM instance WHERE id = ?', id)
    const [{ study_id: studyId, partition }] = group as [StoredRow, ...StoredRow[]] // no group is empty
    const bytes = group.reduce((sum, row) => sum + bytesOf(row), 0)
    takeFromCounts(db, { studyId, seriesId, partition, instances: group.length, bytes })
  }
}
