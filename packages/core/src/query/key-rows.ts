import { type Attribute, type Dataset, lookupTag, type Tag, type TagPath, tags, type VR, vrs } from '@sansfilm/dicom'
import { comparableValues, nameWords } from './comparable-values.ts'
import { placedAt } from './position.ts'

/*
 * The values of a data set as rows of a table that a database looks up, for the indexes that keep one.
 */

/** A comparable value and where it stands: a row of a key table, but for its owner. */
export type KeyRow = readonly [path: string, value: string]

/** Long texts are no keys: looking through those that other keys leave is cheaper than an index of them. */
const longTexts: ReadonlySet<VR> = new Set(['LT', 'ST', 'UC', 'UR', 'UT'])

/** The VR by which values at a path are compared: that of the dictionary, whatever an instance says. */
export function keyVr(path: TagPath): VR {
  return lookupTag(path.at(-1) ?? '')?.vr ?? 'UN'
}

/** Whether values of this VR have rows. */
export function isKeyVr(vr: VR): boolean {
  return !longTexts.has(vr) && (vr === 'UN' || (vrs[vr].json !== 'binary' && vrs[vr].json !== 'sequence'))
}

/** Where the values at a path have their rows. */
export function keyPath(path: TagPath): string {
  return path.join('.')
}

/** Where the words of names at a path have their rows. */
export function wordsPath(path: TagPath): string {
  return `${keyPath(path)}~`
}

/** A value as the key tables have it: databases stop at a NUL or refuse it, and store no lone surrogates. */
export function keyText(value: string): string {
  return value.toWellFormed().replaceAll('\0', replacement)
}

/** Whether a key text stands for one value alone: what cannot be written as it is shares its replacement. */
export function isUnambiguous(keyText: string): boolean {
  return !keyText.includes(replacement)
}

const replacement = '\uFFFD'

/** Where those stand that have no value at a path: in rows of their own, of an empty value. */
export function emptyPath(path: TagPath): string {
  return `${keyPath(path)}!`
}

/** Attributes whose absence has rows: those that people look for by what is missing. */
const missed: Readonly<Record<'study' | 'series', readonly Tag[]>> = {
  study: [
    tags.StudyDate,
    tags.StudyTime,
    tags.AccessionNumber,
    tags.ReferringPhysicianName,
    tags.StudyDescription,
    tags.PatientName,
    tags.PatientID,
    tags.PatientBirthDate,
    tags.PatientSex,
    tags.StudyID,
  ],
  series: [tags.Modality, tags.SeriesDescription, tags.SeriesNumber, tags.BodyPartExamined],
}

/** Whether the absence of an attribute of a study or series has rows. */
export function hasEmptyRows(level: 'study' | 'series', [tag = '', ...rest]: TagPath): boolean {
  return rest.length === 0 && missed[level].includes(tag)
}

/** Where the dates of studies have rows that are not placed at them: filled in or corrected after the first store. */
export const misplacedPath = `${keyPath([tags.StudyDate])}>`

/**
 * All rows of a study or series.
 * @param studyPosition of the study it is or lies in
 */
export function levelKeyRows(level: 'study' | 'series', dataset: Dataset, studyPosition: string): readonly KeyRow[] {
  const rows = keyRowsOf(dataset)
  const paths = new Set(rows.map(([path]) => path))
  const empty = missed[level].filter((tag) => !paths.has(tag)).map((tag): KeyRow => [emptyPath([tag]), ''])
  const day = placedAt(studyPosition)
  const misplaced = rows
    .filter(([path, value]) => level === 'study' && path === tags.StudyDate && value !== day)
    .map(([, value]): KeyRow => [misplacedPath, value])
  return [...rows, ...empty, ...misplaced]
}

/** The rows of a data set. */
export function keyRowsOf(dataset: Dataset): readonly KeyRow[] {
  const rows = new Map<string, KeyRow>()
  collect(dataset, [], (path, value) => rows.set(`${path} ${value}`, [path, keyText(value)]))
  return [...rows.values()]
}

function collect(dataset: Dataset, above: TagPath, add: (path: string, value: string) => void): void {
  for (const [tag, attribute] of Object.entries(dataset)) {
    const path = [...above, tag]
    if (attribute.vr === 'SQ') for (const item of attribute.Value ?? []) collect(item as Dataset, path, add)
    else addValues(attribute, path, add)
  }
}

function addValues(attribute: Attribute, path: TagPath, add: (path: string, value: string) => void): void {
  const vr = keyVr(path)
  if (!isKeyVr(vr)) return
  for (const value of comparableValues(attribute, vr)) add(keyPath(path), value)
  if (vr === 'PN') for (const word of nameWords(attribute)) add(wordsPath(path), word)
}
