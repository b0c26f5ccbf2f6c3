import { type KeyRow, keyPath } from '@sansfilm/core/query'
import { tags } from '@sansfilm/dicom'
import type { Statements } from './statements.ts'

/*
 * Which studies have three characters side by side in what patterns look for anywhere: `*ber*`. Of a value of digits
 * alone, as dates, times and UIDs are, that is kept only where it is an identifier.
 */

const identifiers: ReadonlySet<string> = new Set([tags.PatientID, tags.AccessionNumber, tags.StudyID])

/** Counted by themselves, without the other rows of their study. */
const modalitiesPath = keyPath([tags.ModalitiesInStudy])

/** Rows of words, of what is missing, and of misplaced dates: nothing that is not in others. */
const isOfOthers = /[~!>]$/

/** Writes the texts of a study, in place of those it had. */
export function writeStudyText(db: Statements, id: number, rows: readonly KeyRow[]): void {
  const texts = rows.filter(([path, value]) => isKept(path, value)).map(([, value]) => value)
  db.run('INSERT OR REPLACE INTO study_text (rowid, text) VALUES (?, ?)', id, texts.join('\n'))
}

/** What to ask `study_text` for what matches a pattern at a path, and more; `undefined` where it cannot tell. */
export function textQuery(path: string, pattern: string): string | undefined {
  const trigrams = isKept(path.replace(/~$/, ''), pattern.replace(/[*?]/g, '')) ? trigramsOf(pattern) : []
  return trigrams.length === 0
    ? undefined
    : trigrams.map((trigram) => `"${trigram.replaceAll('"', '""')}"`).join(' AND ')
}

function isKept(path: string, text: string): boolean {
  if (path === modalitiesPath || isOfOthers.test(path)) return false
  return identifiers.has(path) || /[^0-9.]/.test(text)
}

/** Every three characters side by side that all matches of a pattern have. */
function trigramsOf(pattern: string): readonly string[] {
  const trigrams = pattern.split(/[*?]/).flatMap((piece) => {
    const characters = [...piece]
    return characters.slice(2).map((_, n) => characters.slice(n, n + 3).join(''))
  })
  return [...new Set(trigrams)]
}
