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
import type { Standing } from './lock.ts'
import type { Statements } from './statements.ts'

/** An instance and what it says of its study and series. */
type Described = StoredInstance & { readonly attributes: LevelAttributes }

/** The id and the position of a row that is made anew. */
export interface KeptPlace {
  readonly id: number
  readonly position: string
}

/** What a level is filled by. */
interface Filling {
  readonly change: number
  readonly standing: Standing | undefined
  /** What a new row has of the one it replaces. */
  readonly kept?: KeptPlace | undefined
}

interface Filled extends KeptPlace {
  /** Whether it was not there before. */
  readonly made: boolean
}

/** The row of a study, made or filled with what it lacks. The study is locked, where it is there. */
export function fillStudy(db: Statements, described: Described, { change, standing, kept }: Filling): Filled {
  const { partition, study, attributes } = described
  const before = standing === undefined ? {} : parse(standing.attributes)
  const filled = fillAttributes(before, attributes.study)
  if (standing !== undefined) {
    const { id, position } = standing
    if (filled === before) return { id, position, made: false }
    db.send('UPDATE study SET attributes = ? WHERE id = ?', JSON.stringify(filled), id)
    db.send('DELETE FROM study_key WHERE owner = ? AND path <> ?', id, modalitiesPath)
    sendKeys(db, 'study', id, { partition, position, rows: levelKeyRows('study', filled, position) })
    return { id, position, made: false }
  }
  const { id, position } = kept ?? { id: change, position: positionOf('study', described) }
  db.send(
    'INSERT INTO study (id, partition, uid, position, attributes) VALUES (?, ?, ?, ?, ?)',
    id,
    partition,
    study,
    position,
    JSON.stringify(filled),
  )
  sendKeys(db, 'study', id, { partition, position, rows: levelKeyRows('study', filled, position) })
  return { id, position, made: true }
}

/** The row of a series likewise. */
export async function fillSeries(
  db: Statements,
  described: Described,
  study: KeptPlace,
  { change, standing, kept }: Filling,
): Promise<Filled> {
  const { partition, series, attributes } = described
  const before = standing === undefined ? {} : parse(standing.attributes)
  const filled = fillAttributes(before, attributes.series)
  if (standing !== undefined && filled === before) return { ...placeIn(standing), made: false }
  const keys = { partition, position: study.position, rows: levelKeyRows('series', filled, study.position) }
  const modality = stringOf(filled, tags.Modality)
  // As JSON, which writes what PostgreSQL would refuse in a text.
  const written = modality === undefined ? null : JSON.stringify(modality)
  if (standing !== undefined) {
    db.send('UPDATE series SET attributes = ?, modality = ? WHERE id = ?', JSON.stringify(filled), written, standing.id)
    db.send('DELETE FROM series_key WHERE owner = ?', standing.id)
    sendKeys(db, 'series', standing.id, keys)
    await setModalities(db, partition, study.id)
    return { ...placeIn(standing), made: false }
  }
  const { id, position } = kept ?? { id: change, position: positionOf('series', described) }
  db.send(
    'INSERT INTO series (id, study_id, uid, position, attributes, modality) VALUES (?, ?, ?, ?, ?, ?)',
    id,
    study.id,
    series,
    position,
    JSON.stringify(filled),
    written,
  )
  db.send('UPDATE study SET series = series + 1 WHERE id = ?', study.id)
  sendKeys(db, 'series', id, keys)
  await setModalities(db, partition, study.id)
  return { id, position, made: true }
}

function placeIn({ id, position }: Standing): KeptPlace {
  return { id, position }
}

const modalitiesPath = keyPath([tags.ModalitiesInStudy])

/** Counts the modalities of a study anew, for its row and its keys. */
export async function setModalities(db: Statements, partition: Partition, studyId: number): Promise<void> {
  const rows = await db.all<{ readonly modality: string }>(
    'SELECT DISTINCT modality FROM series WHERE study_id = ? AND modality IS NOT NULL',
    studyId,
  )
  const modalities = rows.map(({ modality }) => JSON.parse(modality) as string).sort() // written by fillSeries
  const text = JSON.stringify(modalities)
  const study = await db.get<Pick<KeptPlace, 'position'>>(
    'UPDATE study SET modalities = ? WHERE id = ? AND modalities <> ? RETURNING position',
    text,
    studyId,
    text,
  )
  if (study === undefined) return
  db.send('DELETE FROM study_key WHERE owner = ? AND path = ?', studyId, modalitiesPath)
  const keys = keyRowsOf({ [tags.ModalitiesInStudy]: { vr: 'CS', Value: modalities } })
  sendKeys(db, 'study', studyId, { partition, position: study.position, rows: keys })
}

interface Keys {
  readonly partition: Partition
  /** Of the study. */
  readonly position: string
  readonly rows: readonly KeyRow[]
}

function sendKeys(db: Statements, level: 'study' | 'series', owner: number, keys: Keys): void {
  const { partition, position, rows } = keys
  db.send(
    `INSERT INTO ${level}_key (partition, path, value, place, owner)
     SELECT ?, path, value, ?::bigint, ?::bigint FROM unnest(?::text[], ?::text[]) AS keys(path, value)`,
    partition,
    placeOf(position),
    owner,
    rows.map(([path]) => path),
    rows.map(([, value]) => value),
  )
}

function parse(attributes: string): Dataset {
  return JSON.parse(attributes) as Dataset // written by this file
}
