import { type KeyRow, keyPath } from '@sansfilm/core/query'
import { tags } from '@sansfilm/dicom'
import type { Statements } from './statements.ts'

/*
 * Which studies have three characters side by side in what patterns look for anywhere: `*ber*`. Of a value of digits
 * alone, as dates, times and UIDs are, that is kept only where it is an identifier. Texts are numbered by the place of
 * their study, and so are read in the order of answers.
 */

const identifiers: ReadonlySet<string> = new Set([tags.PatientID, tags.AccessionNumber, tags.StudyID])

/** Counted by themselves, without the other rows of their study. */
const modalitiesPath = keyPath([tags.ModalitiesInStudy])

/** Rows of words, of what is missing, and of misplaced dates: nothing that is not in others. */
const isOfOthers = /[~!>]$/

/** Writes the text of a study, from its keys, in place of the one it had. */
export function writeStudyText(db: Statements, id: number): void {
  // Studies of one place whose ids end alike share a text.
  const rows = db.all<{ readonly path: string; readonly value: string }>(
    `SELECT k.path, k.value FROM study this CROSS JOIN study st ON st.text_row = this.text_row
       CROSS JOIN study_key k ON k.owner = st.id WHERE this.id = ?`,
    id,
  )
  const texts = rows.flatMap(({ path, value }) => textsOf([path, value]))
  db.run(
    'INSERT OR REPLACE INTO study_text (rowid, text) SELECT text_row, ? FROM study WHERE id = ?',
    texts.join('\n'),
    id,
  )
}

/** What to ask `study_text` for what matches a pattern at a path, and more; `undefined` where it cannot tell. */
export function textQuery(path: string, pattern: string): string | undefined {
  const keptPath = path.replace(/~$/, '')
  if (!isKept(keptPath, pattern.replace(/[*?]/g, ''))) return undefined
  const pieces = pattern.split(/[*?]/)
  const zeros = identifiers.has(keptPath) ? pieces.flatMap((piece) => zerosOf(piece).slice(-1)) : []
  const trigrams = [...new Set([...pieces.flatMap(trigramsOf), ...zeros])]
  return trigrams.length === 0
    ? undefined
    : trigrams.map((trigram) => `"${trigram.replaceAll('"', '""')}"`).join(' AND ')
}

function textsOf([path, value]: KeyRow): readonly string[] {
  if (!isKept(path, value)) return []
  return identifiers.has(path) ? [value, ...zerosOf(value)] : [value]
}

function isKept(path: string, text: string): boolean {
  if (path === modalitiesPath || isOfOthers.test(path)) return false
  return identifiers.has(path) || /[^0-9.]/.test(text)
}

/** Every three characters side by side in a piece of text. */
function trigramsOf(piece: string): readonly string[] {
  const characters = [...piece]
  return characters.slice(2).map((_, n) => characters.slice(n, n + 3).join(''))
}

/**
 * What says how many zeros side by side a text has, from four to eight, in three characters: identifiers are padded with
 * zeros, so that nearly all have three, and few of them as many as somebody looks for.
 */
function zerosOf(text: string): readonly string[] {
  return [4, 5, 6, 7, 8].filter((length) => text.includes('0'.repeat(length))).map((length) => `0\uE000${length}`)
}
