import type { Condition, Key, Level, Match } from '@sansfilm/core/adapters'
import {
  addDays,
  type Days,
  emptyPath,
  hasEmptyRows,
  isDerived,
  isKeyVr,
  keyPath,
  keyText,
  keyVr,
  wordsPath,
} from '@sansfilm/core/query'
import { type Tag, tags } from '@sansfilm/dicom'
import { attributesMayMatch } from './compile-text.ts'
import { type ValuePredicate, valueIsOneOf, valueLiesIn, valueMatches } from './compile-value.ts'
import { aliases, type Dialect, type KeyLevel, type KeyPlace } from './dialect.ts'
import { always, type Predicate } from './sql.ts'

/** A look into the key tables, or at the instances, that a condition comes down to. */
export type Probe =
  | KeyProbe
  /** No row at all. */
  | ({ readonly kind: 'no key' } & KeyPlace & Predicate)
  /** On the row of the study `st`, series `se` or instance `i` itself. */
  | ({ readonly kind: 'row'; readonly level: Level } & Predicate)

/** A row of a key table. */
export type KeyProbe = { readonly kind: 'key' } & KeyPlace & ValuePredicate

/** What a condition comes down to: all probes hold wherever it matches. */
export interface CompiledCondition {
  readonly probes: readonly Probe[]
  /** Whether the condition matches wherever all probes hold. */
  readonly exact: boolean
  /** All matches are studies of these days, by their Study Date, or lie in such studies. */
  readonly days?: Days
}

/** Nothing in the tables helps: every row is to be looked at. */
const unknown: CompiledCondition = { probes: [], exact: false }

export function compileCondition(dialect: Dialect, { level, ...key }: Condition): CompiledCondition {
  const column = columnOf(dialect, level, key)
  if (column !== undefined) return column
  const [tag = ''] = key.path
  if (isDerived(level, tag) && tag !== tags.ModalitiesInStudy) return unknown
  if (level === 'instance') return compileByText(dialect, level, key)
  if (key.timezone !== undefined) return compileInTimezone(dialect, level, key)
  const probes = probesOf(dialect, level, key)
  const exact = key.match.type !== 'item' && key.match.type !== 'combined-range'
  return probes === undefined
    ? compileByText(dialect, level, key)
    : { probes, exact: exact && probes.every((probe) => probe.exact), ...daysOf(level, key) }
}

/** The days that a key of Study Date asks for. */
function daysOf(level: Level, { path, match }: Key): Pick<CompiledCondition, 'days'> {
  if (level !== 'study' || keyPath(path) !== tags.StudyDate) return {}
  const { from, to } = endsOf(match)
  const isDay = (end: string | undefined): boolean => end === undefined || /^\d{8}/.test(end)
  if ((from === undefined && to === undefined) || !isDay(from) || !isDay(to)) return {}
  return {
    days: {
      ...(from !== undefined && { from: from.slice(0, dateLength) }),
      ...(to !== undefined && { to: to.slice(0, dateLength) }),
    },
  }
}

function endsOf(match: Match): Days {
  if (match.type === 'range' || match.type === 'combined-range') return match
  const values = match.type === 'values' ? match.values.toSorted() : []
  const [from, to] = [values[0], values.at(-1)]
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
}

function compileByText(dialect: Dialect, level: Level, { vr, match }: Key): CompiledCondition {
  const text = attributesMayMatch(dialect, level, vr, match)
  return text === undefined ? unknown : { probes: [{ kind: 'row', level, ...text }], exact: false }
}

/** Between any two time zones lie 26 hours: a date is at most two days away. Times may be anything. */
function compileInTimezone(dialect: Dialect, level: KeyLevel, { path, vr, match }: Key): CompiledCondition {
  if (vr !== 'DA' || (match.type !== 'values' && match.type !== 'range' && match.type !== 'combined-range')) {
    return unknown
  }
  const { from, to } = endsOf(match)
  const first = from === undefined ? undefined : addDays(from.slice(0, dateLength), -2)
  const last = to === undefined ? undefined : addDays(to.slice(0, dateLength), 2)
  const range = {
    type: 'range',
    ...(first !== undefined && { from: first }),
    ...(last !== undefined && { to: last }),
  } as const
  const widened = { path, vr, match: range }
  return { probes: probesOf(dialect, level, widened) ?? [], exact: false, ...daysOf(level, widened) }
}

/** What the rows themselves say. The other attributes of an instance are looked at one by one. */
const columns: Readonly<Record<Level, Readonly<Record<Tag, string>>>> = {
  study: {
    [tags.NumberOfStudyRelatedSeries]: 'series',
    [tags.NumberOfStudyRelatedInstances]: 'instances',
  },
  series: { [tags.NumberOfSeriesRelatedInstances]: 'instances' },
  instance: {
    [tags.SOPInstanceUID]: 'uid',
    [tags.SOPClassUID]: 'sop_class',
    [tags.AvailableTransferSyntaxUID]: 'transfer_syntax',
  },
}

/** `undefined` where no column tells. */
function columnOf(
  dialect: Dialect,
  level: Level,
  { path: [tag = '', ...rest], match }: Key,
): CompiledCondition | undefined {
  const name = columns[level][tag]
  if (name === undefined || rest.length > 0 || match.type !== 'values') return undefined
  const column = `${aliases[level]}.${name}`
  // A count is compared as the text that its key is; only columns of text keep the use of their index.
  const text = level === 'instance' ? column : `CAST(${column} AS TEXT)`
  const sql = dialect.isOneOf(text, match.values.map(keyText))
  return { probes: [{ kind: 'row', level, ...sql, exact: true }], exact: true }
}

/** `undefined` where the values have no rows, or rows made for another VR. */
function probesOf(dialect: Dialect, level: KeyLevel, { path, vr, match }: Key): readonly Probe[] | undefined {
  if (match.type === 'item') {
    const inner = match.keys.map((key) => probesOf(dialect, level, { ...key, path: [...path, ...key.path] }))
    // What one item lacks another may have: only the presence of values can be told.
    const present = inner.flatMap((probes) => probes ?? []).filter(({ kind }) => kind === 'key')
    return present.length === 0 ? undefined : present
  }
  if (vr !== keyVr(path) || !isKeyVr(vr)) return undefined
  const key = (value: ValuePredicate): KeyProbe => ({ kind: 'key', level, path: keyPath(path), ...value })
  switch (match.type) {
    case 'values':
      return [key(valueIsOneOf(dialect, match.values))]
    case 'wildcard':
      return [key(valueMatches(dialect, match.patterns))]
    case 'range':
      return [key(valueLiesIn(dialect, match))]
    case 'combined-range':
      return [
        key(
          valueLiesIn(dialect, {
            type: 'range',
            ...(match.from !== undefined && { from: match.from.slice(0, dateLength) }),
            ...(match.to !== undefined && { to: match.to.slice(0, dateLength) }),
          }),
        ),
      ]
    case 'words':
      return match.words.map((word) => ({ ...key(valueMatches(dialect, [`${word}*`])), path: wordsPath(path) }))
    case 'empty':
      return hasEmptyRows(level, path)
        ? [{ ...key(valueIsOneOf(dialect, [''])), path: emptyPath(path) }]
        : [{ kind: 'no key', level, path: keyPath(path), ...always }]
  }
}

/** Of a comparable date, with which a comparable date and time begins. */
const dateLength = 8
