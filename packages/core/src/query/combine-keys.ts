import type { Tag, TagPath } from '@sansfilm/dicom'
import type { Condition, Key, Match } from '../adapters/query.ts'
import { comparableTime } from './date-time.ts'
import { timeTagOf } from './date-time-pairs.ts'

type Range = Extract<Match, { type: 'range' }>

/**
 * Puts keys together that the standard reads together: ranges of a date and its time become one range, and keys in one
 * sequence have to match in one item.
 * @see PS3.4 §C.2.2.2.5.2, §C.2.2.2.6
 */
export function combineKeys(conditions: readonly Condition[]): readonly Condition[] {
  const byLevel = Map.groupBy(conditions, ({ level }) => level)
  return [...byLevel].flatMap(([level, keys]) => combine(keys).map((key) => ({ ...key, level })))
}

function combine(keys: readonly Key[]): readonly Key[] {
  return combineRanges(combineItems(keys))
}

function combineItems(keys: readonly Key[]): readonly Key[] {
  const byFirstTag = Map.groupBy(keys, ({ path }) => path[0] as Tag) // no path is empty
  return [...byFirstTag].flatMap(([tag, group]): readonly Key[] => {
    const nested = group.filter(({ path }) => path.length > 1)
    if (nested.length < 2) return group
    const inItem = nested.map((key) => ({ ...key, path: key.path.slice(1) }))
    return [{ path: [tag], vr: 'SQ', match: { type: 'item', keys: combine(inItem) } }]
  })
}

function combineRanges(keys: readonly Key[]): readonly Key[] {
  const times = new Map(keys.filter(({ vr }) => vr === 'TM').map((key) => [key.path.join('.'), key]))
  const used = new Set<Key>()
  const combined = keys.map((key) => {
    const time = times.get(timeOf(key.path)?.join('.') ?? '')
    if (key.vr !== 'DA' || key.match.type !== 'range' || time?.match.type !== 'range') return key
    used.add(time)
    return { ...key, match: combinedRange(key.match, time.match, time.path) }
  })
  return combined.filter((key) => !used.has(key))
}

/** The path of the time that goes with a date: Study Time with Study Date. */
function timeOf(path: TagPath): TagPath | undefined {
  const time = timeTagOf(path.at(-1) as Tag) // no path is empty
  return time === undefined ? undefined : [...path.slice(0, -1), time]
}

function combinedRange(date: Range, time: Range, path: TagPath): Match {
  return {
    type: 'combined-range',
    time: path,
    ...(date.from !== undefined && { from: date.from + (time.from ?? comparableTime('00')) }),
    ...(date.to !== undefined && { to: date.to + (time.to ?? comparableTime('23', 'last')) }),
  }
}
