import type { Level, Match } from '@sansfilm/core/adapters'
import { type VR, vrs } from '@sansfilm/dicom'
import type { Sql } from './compile-value.ts'

/** The column in which a level's attributes stand, as the DICOM JSON Model. */
const columns: Readonly<Record<Level, string>> = {
  study: 'st.attributes',
  series: 'se.attributes',
  instance: 'i.attributes',
}

/** VRs whose values are compared as they are but for composition and spaces around them: no case, no numbers, no dates. */
const comparedAsWritten: ReadonlySet<VR> = new Set(['AE', 'CS', 'LO', 'LT', 'SH', 'ST', 'UC', 'UR', 'UT'])

/**
 * What is no piece to look for: wild cards, what JSON escapes, and whatever composition (NFC) may make of something else:
 * all that is not ASCII, and K, ; and ` which have lookalikes that are composed to them.
 */
const between = /[*?"\\K;`]|[^ -~]/

/**
 * Whether the attributes of a row hold a piece of what is asked for, anywhere: far from exact, but it spares parsing the
 * rows that do not. `undefined` where there is no such piece.
 */
export function attributesMayMatch(level: Level, vr: VR, match: Match): Sql | undefined {
  if (!comparedAsWritten.has(vr) || vrs[vr].json !== 'string') return undefined
  const texts = match.type === 'values' ? match.values : match.type === 'wildcard' ? match.patterns : []
  const pieces = texts.map(longestPiece)
  if (pieces.length === 0 || pieces.includes('')) return undefined
  return {
    sql: `(${pieces.map(() => `strpos(${columns[level]}, ?) > 0`).join(' OR ')})`,
    parameters: pieces,
    exact: false,
  }
}

function longestPiece(text: string): string {
  return text.split(between).reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '')
}
