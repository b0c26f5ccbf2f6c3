import { isUid, parseTag, type VR, vrs } from '@sansfilm/dicom'
import type { Match } from '../adapters/query.ts'
import { comparableDate, comparableDateTime, comparableTime, type End } from './date-time.ts'
import { fuzzyWords } from './fuzzy-words.ts'
import { isNumber, normalizeForMatching } from './normalize.ts'
import { withOffset } from './time-zone.ts'
import { hasWildcard } from './wildcard.ts'

/** The parameters that say how values are matched (PS3.18 §8.3.4). */
export interface MatchingOptions {
  readonly fuzzyMatching: boolean
  readonly emptyValueMatching: boolean
  readonly multipleValueMatching: boolean
  /** Timezone Offset From UTC of the request. */
  readonly timezone?: string
}

/** A value that no key of its VR can have; says what is expected, not what came. */
export class KeyValueError extends Error {}

/** Bounds on what one key costs, far beyond what a person asks for. */
const maxValues = 100
const maxPatternLength = 1_024

/**
 * What a key's value asks for; `undefined` for universal matching.
 * @throws KeyValueError
 * @see PS3.4 §C.2.2.2
 */
export function matchOf(vr: VR, value: string, options: MatchingOptions): Match | undefined {
  if (/^\s*\**\s*$/.test(value)) return undefined
  if (options.multipleValueMatching && split(value, /\\/).length === 0) return undefined
  if (options.emptyValueMatching && value === '""') return { type: 'empty' }
  switch (vr) {
    case 'UI':
      return listOf(split(value, /[,\\]/), (uids) => ({ type: 'values', values: uids.map(checkUid) }))
    case 'DA':
      return dateMatch(value, /^([^-]*)-([^-]*)$/, comparableDate, 'a date YYYYMMDD or a range of dates')
    case 'TM':
      return dateMatch(value, /^([^-]*)-([^-]*)$/, comparableTime, 'a time HHMMSS.FFFFFF or a range of times')
    case 'DT':
      return dateMatch(
        // In a query string `+` is a space, and a client that means an offset from UTC may not have escaped it.
        value.replace(/ (?=\d{4}(-|$))/g, '+'),
        /^([\d.]*(?:[+-]\d{4})?)-([\d.]*(?:[+-]\d{4})?)$/,
        (text, end) =>
          comparableDateTime(options.timezone === undefined ? text : withOffset(text, options.timezone), end),
        'a date and time YYYYMMDDHHMMSS.FFFFFF&ZZXX or a range of them',
      )
    case 'CS':
      // A code string has no comma, so viewers' lists of modalities can be told from values.
      return listOf(split(value, /[,\\]/), (codes) => textMatch('CS', codes))
    case 'PN': {
      // A name of empty components is an empty name.
      if (normalizeForMatching('PN', value) === '') return undefined
      const words = options.fuzzyMatching ? fuzzyWords(normalizeForMatching('PN', value)) : []
      return words.length > 0
        ? { type: 'words', words: atMost(maxValues, words) }
        : textMatch('PN', valuesIn(value, options))
    }
    case 'AT':
      return { type: 'values', values: valuesIn(value, options).map(checkTag) }
    default:
      if (vrs[vr].json === 'number') return { type: 'values', values: valuesIn(value, options).map(numberOf(vr)) }
      if (vrs[vr].json === 'sequence')
        throw new KeyValueError('no value: sequences are matched by the attributes in them')
      return textMatch(vr, valuesIn(value, options))
  }
}

/** A list of nothing but separators is empty, and so matches everything. */
function listOf(values: readonly string[], match: (values: readonly string[]) => Match): Match | undefined {
  return values.length === 0 ? undefined : match(values)
}

/** Backslash separates values only when multiple value matching is asked for (PS3.4 §C.2.2.2.8). */
function valuesIn(value: string, { multipleValueMatching }: MatchingOptions): readonly string[] {
  return multipleValueMatching ? split(value, /\\/) : [value]
}

function split(value: string, separator: RegExp): readonly string[] {
  return value.split(separator).filter((part) => part.trim() !== '')
}

function textMatch(vr: VR, values: readonly string[]): Match {
  const normalized = atMost(maxValues, values).map((value) => normalizeForMatching(vr, value))
  if (vrsWithWildcards.has(vr) && values.some(hasWildcard)) {
    if (normalized.some(({ length }) => length > maxPatternLength)) {
      throw new KeyValueError(`at most ${maxPatternLength} characters with wild cards`)
    }
    return { type: 'wildcard', patterns: normalized }
  }
  return { type: 'values', values: normalized }
}

function atMost(count: number, values: readonly string[]): readonly string[] {
  if (values.length > count) throw new KeyValueError(`at most ${count} values or words`)
  return values
}

/** With UN, which a private attribute has as long as none has been read: most are text. @see PS3.4 §C.2.2.2.4 */
const vrsWithWildcards: ReadonlySet<VR> = new Set(['AE', 'CS', 'LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UN', 'UR', 'UT'])

function dateMatch(
  value: string,
  rangeForm: RegExp,
  comparable: (text: string, end?: End) => string | undefined,
  expected: string,
): Match {
  const single = comparable(value)
  if (single !== undefined) return { type: 'values', values: [single] }
  const [, from, to] = rangeForm.exec(value.trim()) ?? []
  const bound = (text: string | undefined, end: End) => {
    const bound = text === undefined ? undefined : comparable(text, end)
    if (bound === undefined) throw new KeyValueError(expected)
    return bound
  }
  if (from === '' && to === '') throw new KeyValueError(expected)
  return {
    type: 'range',
    ...(from !== '' && { from: bound(from, 'first') }),
    ...(to !== '' && { to: bound(to, 'last') }),
  }
}

function checkUid(text: string): string {
  const uid = text.trim()
  if (!isUid(uid)) throw new KeyValueError('UIDs, separated by commas')
  return uid
}

function checkTag(text: string): string {
  const tag = parseTag(text.trim())
  if (tag === undefined) throw new KeyValueError('a tag')
  return tag
}

function numberOf(vr: VR): (text: string) => string {
  return (text) => {
    if (!isNumber(text)) throw new KeyValueError('a number')
    return normalizeForMatching(vr, text)
  }
}
