import { numberOf, stringOf, tags } from '@sansfilm/dicom'
import type { InstanceRecord } from '../adapters/instance-index.ts'
import type { Level } from '../adapters/query.ts'
import { comparableDate, comparableTime } from './date-time.ts'

/** After every digit: what has no time or number comes last. */
const last = 'z'

/** What of a record its place comes from. */
type Placed = Pick<InstanceRecord, 'study' | 'series' | 'instance' | 'attributes' | 'storedAt' | 'positions'>

/**
 * Where the study, series or instance of a record stands among its siblings, if the record is the first of it. Sorting by
 * bytes gives the order described at `Query`. The place is kept for as long as the study, series or instance is there,
 * whatever later instances say of it: what moved during an iteration would be skipped by it, or seen twice. A record that
 * comes from another index has its place with it.
 */
export function positionOf(level: Level, record: Placed): string {
  return record.positions?.[level] ?? newPosition(level, record)
}

function newPosition(level: Level, record: Placed): string {
  switch (level) {
    case 'study':
      return `${newestFirst(dayOf(record))}${newestFirst(timeOf(record))}/${record.study}`
    case 'series':
      return `${ascending(numberOf(record.attributes.series, tags.SeriesNumber))}/${record.series}`
    case 'instance':
      return `${ascending(numberOf(record.attributes.instance, tags.InstanceNumber))}/${record.instance}`
  }
}

/**
 * Without a date a study stands where the day of its arrival (UTC) puts it: among the new ones, where it is looked for,
 * and close to its date should a later instance tell it.
 */
function dayOf({ attributes, storedAt }: Placed): string {
  const arrival = storedAt.toISOString().slice(0, 10).replaceAll('-', '')
  return comparableDate(stringOf(attributes.study, tags.StudyDate) ?? '') ?? arrival
}

function timeOf({ attributes }: Placed): string | undefined {
  return comparableTime(stringOf(attributes.study, tags.StudyTime) ?? '')
}

/**
 * The day and the second that a study's position begins with, as a number: whoever sorts by it, and then by position, has
 * the order of positions. Fits into 47 bits.
 */
export function placeOf(studyPosition: string): number {
  const [, day = '99999999', time = '999999'] = /^(\d{8})(\d{6})?/.exec(studyPosition) ?? []
  return Number(`${day}${time}`)
}

/** The day that a study's position puts it at, as a comparable date. */
export function placedAt(studyPosition: string): string {
  return newestFirst(studyPosition.slice(0, dayLength))
}

/** What the positions of studies placed at some days begin with: nothing smaller than `from`, nothing larger than `to`. */
export function placesWithin(days: Days): { readonly from?: string; readonly to?: string } {
  return {
    ...(days.to !== undefined && { from: newestFirst(days.to) }),
    ...(days.from !== undefined && { to: newestFirst(days.from) }),
  }
}

/** Comparable dates, both included; an absent end is open. */
export interface Days {
  readonly from?: string
  readonly to?: string
}

const dayLength = 8

/** The cursor of a match: the positions from its study down to itself. */
export function cursorOf(positions: readonly string[]): string {
  return positions.join(' ')
}

/** The positions of a cursor, from the study down. */
export function positionsOf(cursor: string): readonly string[] {
  return cursor.split(' ')
}

/** Orders cursors of one level as the positions in them. */
export function compareCursors(left: string, right: string): number {
  const others = positionsOf(right)
  for (const [index, position] of positionsOf(left).entries()) {
    const other = others[index] ?? ''
    if (position !== other) return position < other ? -1 : 1
  }
  return 0
}

function newestFirst(digits: string | undefined): string {
  return digits === undefined ? last : digits.replace(/\d/g, (digit) => String(9 - Number(digit)))
}

/** Ten digits that sort as the number does: an IS lies between -2³¹ and 2³¹ - 1 (PS3.5 §6.2). */
function ascending(number: number | undefined): string {
  if (number === undefined) return last
  const clamped = Math.min(Math.max(Math.trunc(number), -(2 ** 31)), 2 ** 31 - 1)
  return String(clamped + 2 ** 31).padStart(10, '0')
}
