import type { Level, Match } from '@sansfilm/core/adapters'
import { type VR, vrs } from '@sansfilm/dicom'
import { aliases, type Dialect } from './dialect.ts'
import { anyOf, type Predicate } from './sql.ts'

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
export function attributesMayMatch({ positionOf }: Dialect, level: Level, vr: VR, match: Match): Predicate | undefined {
  if (!comparedAsWritten.has(vr) || vrs[vr].json !== 'string') return undefined
  const texts = match.type === 'values' ? match.values : match.type === 'wildcard' ? match.patterns : []
  const pieces = texts.map(longestPiece)
  if (pieces.length === 0 || pieces.includes('')) return undefined
  const sql = `${positionOf}(${aliases[level]}.attributes, ?) > 0`
  return anyOf(pieces.map((piece) => ({ sql, parameters: [piece], exact: false })))
}

function longestPiece(text: string): string {
  return text.split(between).reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '')
}
