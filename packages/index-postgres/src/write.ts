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
import { add, sendCounts, sendTotals, type Totals, takeFromCounts } from './counts.ts'
import { instanceWithAbove } from './dialect.ts'
import { lockStudies, nextChange, type Standing, standingOf } from './lock.ts'
import { ChangedMeanwhile } from './postgres-error.ts'
import type { Statements } from './statements.ts'
import { sendFrameBlocks, sendInstance } from './write-instance.ts'
import { fillSeries, fillStudy, type KeptPlace } from './write-levels.ts'

/** Adds a record. @param unsure the outcome of a run that may have been committed. @see InstanceIndex.add */
export async function addRecord(
  db: Statements,
  record: InstanceRecord,
  onConflict: 'refuse' | 'replace',
  unsure: AddOutcome | undefined,
): Promise<AddOutcome> {
  // What is to be replaced may lie in another study; that changes as well.
  const elsewhere = onConflict === 'replace' ? (await findStanding(db, record))?.study : undefined
  const [studies, standing, series, change] = await Promise.all([
    lockStudies(db, record.partition, [record.study, elsewhere ?? record.study]),
    findStanding(db, record),
    standingOf(db, record),
    nextChange(db),
  ])
  const insertion = { record, change, study: studies.get(record.study), series }
  if (standing === undefined) {
    sendTotals(db, record.partition, await insertRecord(db, insertion, {}))
    return { outcome: 'added' }
  }
  const stored = storedInstanceOf(standing)
  // The earlier run was committed after all.
  if (unsure !== undefined && isSame(stored.location, record.location)) return unsure
  const samePlace = stored.study === record.study && stored.series === record.series
  if (samePlace && stored.digest === record.digest) return { outcome: 'identical', stored }
  if (onConflict === 'refuse') return { outcome: 'conflict', stored }
  if (!studies.has(stored.study)) throw new ChangedMeanwhile('The instance came or moved')
  const kept = await keptPlaces(db, standing, record)
  const removed = await removeRows(db, [standing], change)
  // Where that left the study or series empty, it is made anew.
  const { study, series: ofSeries } = record
  const left = {
    ...insertion,
    study: removed.studies.has(standing.study_id) && stored.study === study ? undefined : insertion.study,
    series: removed.series.has(standing.series_id) && stored.series === ofSeries ? undefined : insertion.series,
  }
  sendTotals(db, record.partition, add(removed.totals, await insertRecord(db, left, kept)))
  return { outcome: 'replaced', previous: stored }
}

/** Forgets a scope. @param unsure what a run forgot that may have been committed. @see InstanceIndex.remove */
export async function removeScope(
  db: Statements,
  scope: InstanceScope,
  unsure: readonly StoredInstance[] = [],
): Promise<readonly StoredInstance[]> {
  const { sql, parameters } = withinScope(scope)
  const [, rows, change] = await Promise.all([
    lockStudies(db, scope.partition, [scope.study]),
    db.all<StoredRow>(
      `SELECT ${storedColumns} FROM ${instanceWithAbove} WHERE ${sql} ORDER BY se.position, i.position`,
      ...parameters,
    ),
    nextChange(db),
  ])
  const removed = await removeRows(db, rows, change)
  if (rows.length > 0) sendTotals(db, scope.partition, removed.totals)
  const forgotten = rows.map(storedInstanceOf)
  const places = new Set(forgotten.map(({ location }) => placeOf(location)))
  // What the earlier run forgot and this one does not find went with it.
  return [...unsure.filter(({ location }) => !places.has(placeOf(location))), ...forgotten]
}

/** @see InstanceIndex.relocate */
export async function relocate(db: Statements, stored: StoredInstance, location: ObjectLocation): Promise<boolean> {
  const [, row] = await Promise.all([lockStudies(db, stored.partition, [stored.study]), findSame(db, stored)])
  if (row === undefined) return false
  const { location: standing } = storedInstanceOf(row)
  // An earlier run was committed after all.
  if (isSame(standing, location)) return true
  if (!isSame(standing, stored.location)) return false
  db.send('UPDATE instance SET object_key = ?, object_offset = ? WHERE id = ?', location.key, location.offset, row.id)
  return true
}

/** Instances may share an object. */
function placeOf({ key, offset }: ObjectLocation): string {
  return `${key} ${offset}`
}

function isSame(one: ObjectLocation, other: ObjectLocation): boolean {
  return placeOf(one) === placeOf(other)
}

/** @see InstanceIndex.setAttributes */
export async function setAttributes(
  db: Statements,
  stored: StoredInstance,
  attributes: LevelAttributes,
): Promise<void> {
  const [studies, row, series, change] = await Promise.all([
    lockStudies(db, stored.partition, [stored.study]),
    findSame(db, stored),
    standingOf(db, stored),
    nextChange(db),
  ])
  if (row === undefined) return
  const described = { ...stored, attributes }
  const study = fillStudy(db, described, { change, standing: studies.get(stored.study) })
  const { id: seriesId } = await fillSeries(db, described, study, { change, standing: series })
  db.send('UPDATE instance SET attributes = ? WHERE id = ?', JSON.stringify(attributes.instance), row.id)
  sendCounts(db, { studyId: study.id, seriesId, change, instances: 0, bytes: 0, storedAt: row.stored_at })
}

/** @see InstanceIndex.setInflated */
export async function setInflated(
  db: Statements,
  stored: StoredInstance,
  inflatedInstance: InflatedInstance,
): Promise<boolean> {
  const [, row, change] = await Promise.all([
    lockStudies(db, stored.partition, [stored.study]),
    findSame(db, stored),
    nextChange(db),
  ])
  if (row === undefined) return false
  const { inflated, pixelData, bulkData, frameBlocks } = inflatedInstance
  db.send(
    `UPDATE instance SET inflated_key = ?, inflated_length = ?, inflated_digest = ?, pixel_data = ?, bulk_data = ?
     WHERE id = ?`,
    inflated.key,
    inflated.length,
    inflated.digest,
    pixelData === undefined ? null : JSON.stringify(pixelData),
    JSON.stringify(bulkData),
    row.id,
  )
  db.send('DELETE FROM frame_block WHERE instance_id = ?', row.id)
  sendFrameBlocks(db, row.id, frameBlocks)
  const bytes = inflated.length - (row.inflated_length ?? 0)
  const { study_id: studyId, series_id: seriesId, stored_at: storedAt } = row
  sendCounts(db, { studyId, seriesId, change, instances: 0, bytes, storedAt })
  sendTotals(db, stored.partition, { studies: 0, series: 0, instances: 0, bytes })
  return true
}

function findStanding(db: Statements, { partition, instance }: InstanceRecord): Promise<StoredRow | undefined> {
  return db.get(
    `SELECT ${storedColumns} FROM ${instanceWithAbove} WHERE i.partition = ? AND i.uid = ?`,
    partition,
    instance,
  )
}

/** The row of an instance whose bytes are still these. */
async function findSame(db: Statements, stored: StoredInstance): Promise<StoredRow | undefined> {
  const { sql, parameters } = withinScope(stored)
  const row = await db.get<StoredRow>(`SELECT ${storedColumns} FROM ${instanceWithAbove} WHERE ${sql}`, ...parameters)
  return row?.digest === stored.digest ? row : undefined
}

/** What the rows around a replaced instance hand on, so that no iteration by position or id skips or repeats them. */
interface KeptPlaces {
  readonly study?: KeptPlace | undefined
  readonly series?: KeptPlace | undefined
  readonly instance?: Partial<KeptPlace> | undefined
}

async function keptPlaces(db: Statements, standing: StoredRow, { study, series }: InstanceRecord): Promise<KeptPlaces> {
  const position = (level: Level, id: number) => db.get<KeptPlace>(`SELECT id, position FROM ${level} WHERE id = ?`, id)
  if (standing.study !== study) return { instance: { id: standing.id } }
  const ofStudy = await position('study', standing.study_id)
  if (standing.series !== series) return { study: ofStudy, instance: { id: standing.id } }
  const [ofSeries, ofInstance] = await Promise.all([
    position('series', standing.series_id),
    position('instance', standing.id),
  ])
  return { study: ofStudy, series: ofSeries, instance: ofInstance }
}

interface Insertion {
  readonly record: InstanceRecord
  readonly change: number
  readonly study: Standing | undefined
  readonly series: Standing | undefined
}

/** @returns what it adds to the totals */
async function insertRecord(
  db: Statements,
  { record, change, study, series }: Insertion,
  kept: KeptPlaces,
): Promise<Totals> {
  const inStudy = fillStudy(db, record, { change, standing: study, kept: kept.study })
  const inSeries = await fillSeries(db, record, inStudy, { change, standing: series, kept: kept.series })
  sendInstance(db, record, { seriesId: inSeries.id, change, ...kept.instance })
  const bytes = record.location.length + (record.inflated?.length ?? 0)
  const storedAt = record.storedAt.getTime()
  sendCounts(db, { studyId: inStudy.id, seriesId: inSeries.id, change, instances: 1, bytes, storedAt })
  return { studies: inStudy.made ? 1 : 0, series: inSeries.made ? 1 : 0, instances: 1, bytes }
}

interface Removal {
  readonly totals: Totals
  /** Ids of those that were left empty, and so went as well. */
  readonly studies: ReadonlySet<number>
  readonly series: ReadonlySet<number>
}

/** Removes rows of one study. */
async function removeRows(db: Statements, rows: readonly StoredRow[], change: number): Promise<Removal> {
  const ids = rows.map(({ id }) => id)
  db.send('DELETE FROM frame_block WHERE instance_id = ANY(?::bigint[])', ids)
  db.send('DELETE FROM instance WHERE id = ANY(?::bigint[])', ids)
  const studies = new Set<number>()
  const series = new Set<number>()
  for (const [seriesId, group] of Map.groupBy(rows, (row) => row.series_id)) {
    const [{ study_id: studyId, partition }] = group as [StoredRow, ...StoredRow[]] // no group is empty
    const bytes = group.reduce((sum, row) => sum + bytesOf(row), 0)
    const emptied = await takeFromCounts(db, { partition, studyId, seriesId, change, instances: group.length, bytes })
    if (emptied.study) studies.add(studyId)
    if (emptied.series) series.add(seriesId)
  }
  const bytes = -rows.reduce((sum, row) => sum + bytesOf(row), 0)
  return { studies, series, totals: { studies: -studies.size, series: -series.size, instances: -rows.length, bytes } }
}
