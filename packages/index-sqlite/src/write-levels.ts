import type { LevelAttributes, Partition, StoredInstance } from '@sansfilm/core/adapters'
import {
  fillAttributes,
  type KeyRow,
  keyPath,
  keyRowsOf,
  levelKeyRows,
  placeOf,
  positionOf,
} from '@sansfilm/core/query'
import { type Dataset, stringOf, tags } from '@sansfilm/dicom'
import type { Statements } from './statements.ts'
import { writeStudyText } from './study-text.ts'

interface LevelRow extends KeptPlace {
  readonly attributes: string
}

/** An instance and what it says of its study and series. */
type Described = StoredInstance & { readonly attributes: LevelAttributes }

/** The id and the position of a row that is made anew. */
export interface KeptPlace {
  readonly id: number
  readonly position: string
}

/**
 * The row of a study, made or filled with what it lacks.
 * @param kept what a new row has of the one it replaces
 * @returns where it is
 */
export function fillStudy(db: Statements, described: Described, kept?: KeptPlace): KeptPlace {
  const { partition, study, attributes } = described
  const row = db.get<LevelRow>(
    'SELECT id, position, attributes FROM study WHERE partition = ? AND uid = ?',
    partition,
    study,
  )
  const standing = row === undefined ? {} : parse(row.attributes)
  const filled = fillAttributes(standing, attributes.study)
  if (row !== undefined && filled === standing) return row
  const text = JSON.stringify(filled)
  if (row === undefined) {
    const position = kept?.position ?? positionOf('study', described)
    const id = db.run(
      'INSERT INTO study (id, partition, uid, position, attributes) VALUES (?, ?, ?, ?, ?)',
      kept?.id ?? null,
      partition,
      study,
      position,
      text,
    ).lastInsertRowid
    db.run(
      'INSERT INTO totals (partition, studies) VALUES (?, 1) ON CONFLICT DO UPDATE SET studies = studies + 1',
      partition,
    )
    const made = { id: Number(id), position }
    writeStudyKeys(db, made, partition, filled)
    return made
  }
  db.run('UPDATE study SET attributes = ? WHERE id = ?', text, row.id)
  db.run(`DELETE FROM study_key WHERE owner = ? AND path <> ?`, row.id, modalitiesPath)
  writeStudyKeys(db, row, partition, filled)
  return row
}

function writeStudyKeys(db: Statements, study: KeptPlace, partition: Partition, filled: Dataset): void {
  const rows = levelKeyRows('study', filled, study.position)
  insertKeys(db, 'study', study, { partition, position: study.position, rows })
  writeStudyText(db, study.id)
}

/** The row of a series likewise. */
export function fillSeries(db: Statements, described: Described, study: KeptPlace, kept?: KeptPlace): number {
  const { partition, series, attributes } = described
  const row = db.get<LevelRow>(
    'SELECT id, position, attributes FROM series WHERE study_id = ? AND uid = ?',
    study.id,
    series,
  )
  const standing = row === undefined ? {} : parse(row.attributes)
  const filled = fillAttributes(standing, attributes.series)
  if (row !== undefined && filled === standing) return row.id
  const text = JSON.stringify(filled)
  const modality = stringOf(filled, tags.Modality) ?? null
  const keys = { partition, position: study.position, rows: levelKeyRows('series', filled, study.position) }
  if (row === undefined) {
    const id = db.run(
      'INSERT INTO series (id, study_id, uid, position, attributes, modality) VALUES (?, ?, ?, ?, ?, ?)',
      kept?.id ?? null,
      study.id,
      series,
      kept?.position ?? positionOf('series', described),
      text,
      modality,
    ).lastInsertRowid
    db.run('UPDATE study SET series = series + 1 WHERE id = ?', study.id)
    db.run('UPDATE totals SET series = series + 1 WHERE partition = ?', partition)
    insertKeys(db, 'series', { id: Number(id) }, keys)
    setModalities(db, partition, study.id)
    return Number(id)
  }
  db.run('UPDATE series SET attributes = ?, modality = ? WHERE id = ?', text, modality, row.id)
  db.run('DELETE FROM series_key WHERE owner = ?', row.id)
  insertKeys(db, 'series', row, keys)
  setModalities(db, partition, study.id)
  return row.id
}

const modalitiesPath = keyPath([tags.ModalitiesInStudy])

/** Counts the modalities of a study anew, for its row and its keys. */
export function setModalities(db: Statements, partition: string, studyId: number): void {
  const modalities = db
    .all<{ readonly modality: string }>(
      'SELECT DISTINCT modality FROM series WHERE study_id = ? AND modality IS NOT NULL',
      studyId,
    )
    .map(({ modality }) => modality)
    .sort()
  const text = JSON.stringify(modalities)
  const study = db.get<Pick<KeptPlace, 'position'>>(
    'UPDATE study SET modalities = ? WHERE id = ? AND modalities <> ? RETURNING position',
    text,
    studyId,
    text,
  )
  if (study === undefined) return
  db.run('DELETE FROM study_key WHERE owner = ? AND path = ?', studyId, modalitiesPath)
  const dataset: Dataset = { [tags.ModalitiesInStudy]: { vr: 'CS', Value: modalities } }
  insertKeys(db, 'study', { id: studyId }, { partition, position: study.position, rows: keyRowsOf(dataset) })
}

interface Keys {
  readonly partition: Partition
  /** Of the study. */
  readonly position: string
  readonly rows: readonly KeyRow[]
}

function insertKeys(db: Statements, level: 'study' | 'series', { id }: Pick<KeptPlace, 'id'>, keys: Keys): void {
  const { partition, position, rows } = keys
  const place = placeOf(position)
  for (const [path, value] of rows) {
    db.run(
      `INSERT INTO ${level}_key (partition, path, value, place, owner) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      partition,
      path,
      value,
      place,
      id,
    )
  }
}

/** Attributes of the levels that were last added to: instances of a series come one after the other. */
const lastParsed = new Map<string, Dataset>()
const maxParsed = 16
const maxParsedLength = 64 * 1024

function parse(attributes: string): Dataset {
  const known = lastParsed.get(attributes)
  if (known !== undefined) return known
  const parsed = JSON.parse(attributes) as Dataset // written by this file
  if (attributes.length > maxParsedLength) return parsed
  for (const oldest of lastParsed.keys()) {
    if (lastParsed.size < maxParsed) break
    lastParsed.delete(oldest)
  }
  lastParsed.set(attributes, parsed)
  return parsed
}
