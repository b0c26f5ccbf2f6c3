import { type Dataset, stringOf, type Tag, tags, type VR } from '@sansfilm/dicom'
import { addMinutes, comparableDate, comparableTime, utcOffset } from './date-time.ts'
import { dateTagOf, timeTagOf } from './date-time-pairs.ts'

/** Whether values of the VR are read in a time zone. */
export function hasTimezone(vr: VR): boolean {
  return vr === 'DA' || vr === 'TM' || vr === 'DT'
}

/** A DT text with an offset from UTC: its own, or else the one given. */
export function withOffset(text: string, offset: string): string {
  return /[+-]\d{4}$/.test(text.trim()) ? text : text.trim() + offset
}

/**
 * The data set with an attribute of date or time as it reads in another time zone. Its own zone is its Timezone Offset From
 * UTC; without one its values are taken to be in the other zone already.
 *
 * A date moves with its time, to another day where midnight lies between; one without a time stays, and a time without a
 * date moves around the clock.
 * @param zone as Timezone Offset From UTC has it: `+0100`
 * @see PS3.18 §8.3.4.1.1, PS3.4 §C.2.2.2.1.3
 */
export function inTimezone(dataset: Dataset, tag: Tag, vr: VR, zone: string): Dataset {
  const own = stringOf(dataset, tags.TimezoneOffsetFromUTC)?.trim() ?? ''
  const ownOffset = utcOffset(own)
  if (vr === 'DT') return mapTexts(dataset, tag, (text) => withOffset(text, ownOffset === undefined ? zone : own))
  const minutes = ownOffset === undefined ? 0 : (utcOffset(zone) ?? ownOffset) - ownOffset
  if (minutes === 0) return dataset
  const dateTag = vr === 'DA' ? tag : dateTagOf(tag)
  const timeTag = vr === 'TM' ? tag : timeTagOf(tag)
  const dates = textsAt(dataset, dateTag).map(comparableDate)
  const times = textsAt(dataset, timeTag).map((text) => comparableTime(text))
  const withDates = mapTexts(dataset, dateTag, (text, at) => move(dates[at], times[at], minutes)?.slice(0, 8) ?? text)
  return mapTexts(withDates, timeTag, (text, at) => move(dates[at] ?? anyDay, times[at], minutes)?.slice(8) ?? text)
}

const anyDay = '20000101'

function move(date: string | undefined, time: string | undefined, minutes: number): string | undefined {
  return date === undefined || time === undefined ? undefined : addMinutes(date, time, minutes)
}

function textsAt(dataset: Dataset, tag: Tag | undefined): readonly string[] {
  return ((tag === undefined ? undefined : dataset[tag]?.Value) ?? []).map((value) => String(value ?? ''))
}

function mapTexts(dataset: Dataset, tag: Tag | undefined, map: (text: string, at: number) => string): Dataset {
  const attribute = tag === undefined ? undefined : dataset[tag]
  if (tag === undefined || attribute?.Value === undefined) return dataset
  const Value = attribute.Value.map((value, at) => (typeof value === 'string' ? map(value, at) : value))
  return { ...dataset, [tag]: { ...attribute, Value } }
}
