import { type Attribute, attributesAt, type Dataset, itemsOf, type TagPath, type VR } from '@sansfilm/dicom'
import type { Condition, DerivedAttributes, Key, Level, Match, Query } from '../adapters/query.ts'
import { comparableValues, nameWords } from './comparable-values.ts'
import { comparableDate, comparableTime } from './date-time.ts'
import { derivedAttributesOf, isDerived } from './derived-attributes.ts'
import { inTimezone } from './time-zone.ts'
import { matchesWildcard } from './wildcard.ts'

/** What a condition is held against: a study, series or instance with those above it. */
export interface Candidate {
  readonly attributes: Partial<Record<Level, Dataset>>
  readonly derived: DerivedAttributes
}

/** Where a range without a start begins: every date and time starts with a digit. */
export const rangeStart = '0'

/** Where a range without an end stops: after every digit. */
export const rangeEnd = ':'

/**
 * Whether a candidate matches a condition: the semantics that every index has.
 * @see PS3.4 §C.2.2.2
 */
export function matches(candidate: Candidate, condition: Condition): boolean {
  const { level, path } = condition
  const [tag = ''] = path
  const dataset = isDerived(level, tag)
    ? derivedAttributesOf(level, candidate.derived)
    : (candidate.attributes[level] ?? {})
  return matchesKey(
    condition.timezone === undefined ? dataset : inTimezone(dataset, tag, condition.vr, condition.timezone),
    condition,
  )
}

/** Whether a candidate matches all conditions of a query, and is visible to who asks. */
export function matchesQuery(candidate: Candidate, { conditions, visibility }: Query): boolean {
  if (!conditions.every((condition) => matches(candidate, condition))) return false
  return visibility === undefined || visibility.some((group) => group.every((one) => matches(candidate, one)))
}

function matchesKey(dataset: Dataset, { path, vr, match }: Key): boolean {
  switch (match.type) {
    case 'item':
      return itemsAt(dataset, path).some((item) => match.keys.every((key) => matchesKey(item, key)))
    case 'combined-range':
      return attributesAt(dataset, path).some((attribute) =>
        liesInCombinedRange(attribute, attributesAt(dataset, match.time), match),
      )
    case 'empty':
      return attributesAt(dataset, path).every((attribute) => isEmpty(attribute, vr))
    case 'words': {
      const words = attributesAt(dataset, path).flatMap(nameWords)
      return match.words.every((asked) => words.some((word) => matchesWildcard(word, `${asked}*`)))
    }
    default:
      return attributesAt(dataset, path)
        .flatMap((attribute) => comparableValues(attribute, vr))
        .some((value) => matchesValue(value, match))
  }
}

function matchesValue(value: string, match: Extract<Match, { type: 'values' | 'wildcard' | 'range' }>): boolean {
  switch (match.type) {
    case 'values':
      return match.values.includes(value)
    case 'wildcard':
      return match.patterns.some((pattern) => matchesWildcard(value, pattern))
    case 'range':
      return value >= (match.from ?? rangeStart) && value <= (match.to ?? rangeEnd)
  }
}

/** A date without a time is any time of its day. */
function liesInCombinedRange(
  date: Attribute,
  times: readonly Attribute[],
  { from = rangeStart, to = rangeEnd }: { readonly from?: string; readonly to?: string },
): boolean {
  const day = comparableDate(String(date.Value?.[0] ?? ''))
  if (day === undefined) return false
  const time = comparableTime(String(times[0]?.Value?.[0] ?? ''))
  return time === undefined
    ? day + comparableTime('23', 'last') >= from && day <= to
    : day + time >= from && day + time <= to
}

function isEmpty(attribute: Attribute, vr: VR): boolean {
  if (attribute.BulkDataURI !== undefined || attribute.InlineBinary !== undefined) return false
  return vr === 'SQ' ? (attribute.Value ?? []).length === 0 : comparableValues(attribute, vr).length === 0
}

function itemsAt(dataset: Dataset, path: TagPath): readonly Dataset[] {
  return attributesAt(dataset, path).flatMap((attribute) => itemsOf({ item: attribute }, 'item'))
}
