import type { VR } from '@sansfilm/dicom'
import { comparableDate, comparableDateTime, comparableTime } from './date-time.ts'
import { fold } from './fold.ts'

/** Before every digit: what is no date or time lies in no range. */
const invalid = '!'

/**
 * The form in which values are compared, stored ones and keys alike.
 *
 * - PN: without case and accents; spaces around components and empty components at the end do not count
 * - other text: as it is, in composed form, without the spaces that PS3.5 §6.2 calls insignificant. "Only entities with
 *   Values which match exactly the Value specified in the request shall match": case counts (PS3.4 §C.2.2.2.1)
 * - DA, TM, DT: see `date-time.ts`
 * - IS, DS and binary numbers: by their value
 * @example normalizeForMatching('PN', 'Müller^Jürgen^') // 'muller^jurgen'
 */
export function normalizeForMatching(vr: VR, text: string): string {
  switch (vr) {
    case 'PN':
      return fold(text).split('=').map(normalizeNameGroup).join('=').replace(/=+$/, '')
    case 'DA':
      return comparableDate(text) ?? invalid + text.trim()
    case 'TM':
      return comparableTime(text) ?? invalid + text.trim()
    case 'DT':
      return comparableDateTime(text) ?? invalid + text.trim()
    case 'IS':
    case 'DS':
    case 'FD':
    case 'FL':
    case 'SL':
    case 'SS':
    case 'SV':
    case 'UL':
    case 'US':
    case 'UV':
      return normalizeNumber(text.trim())
    case 'AT':
      return text.trim().toUpperCase()
    case 'LT':
    case 'ST':
    case 'UC':
    case 'UR':
    case 'UT':
      return text.normalize('NFC').trimEnd()
    case 'UI':
      return text.replace(/[\0 ]+$/, '')
    default:
      return text.normalize('NFC').trim()
  }
}

/** Whether `text` has a number's form, as a key for a numeric VR must. */
export function isNumber(text: string): boolean {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(text)
}

function normalizeNumber(text: string): string {
  // Integers of 64 bits are beyond what a number holds exactly.
  if (/^[+-]?\d{16,20}$/.test(text)) return BigInt(text.replace('+', '')).toString()
  return isNumber(text) ? String(Number(text) + 0) : text
}

function normalizeNameGroup(group: string): string {
  return group
    .split('^')
    .map((component) => component.trim())
    .join('^')
    .replace(/\^+$/, '')
}
