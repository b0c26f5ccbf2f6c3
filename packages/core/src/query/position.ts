import { type Dataset, numberOf, stringOf, tags, type Uid } from '@sansfilm/dicom'
import type { Level } from '../adapters/query.ts'
import { comparableDate, comparableTime } from './date-time.ts'

/** After every digit: what has no date, time or number comes last. */
const last = 'z'

/**
 * Where a study, series or instance stands among its siblings. Sorting by bytes gives the order described at `Query`.
 * @param dataset the attributes of the level
 */
export function positionOf(level: Level, dataset: Dataset, uid: Uid): string {
  switch (level) {
    case 'study':
      return `${newestFirst(comparableDate(stringOf(dataset, tags.StudyDate) ?? ''))}${newestFirst(
        comparableTime(stringOf(dataset, tags.StudyTime) ?? ''),
      )}/${uid}`
    case 'series':
      return `${ascending(numberOf(dataset, tags.SeriesNumber))}/${uid}`
    case 'instance':
      return `${ascending(numberOf(dataset, tags.InstanceNumber))}/${uid}`
  }
}

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
