/*
 * Dates and times as texts of fixed width, so that their order is that of their characters:
 * DA `20240131`, TM `103000.000000`, DT `20240131103000.000000`.
 */

/** Which end of the time that a text with less than full precision stands for. */
export type End = 'first' | 'last'

const timeForm = /^(\d{2})(?::?(\d{2})(?::?(\d{2})(?:\.(\d{1,6})\d*)?)?)?$/
const dateForm = /^(\d{4})\.?(\d{2})\.?(\d{2})$/
const dateTimeForm = /^(\d{4})(?:(\d{2})(?:(\d{2})(\d{2}(?:\d{2}(?:\d{2}(?:\.\d+)?)?)?)?)?)?([+-]\d{4})?$/

/** A DA value, that of ACR-NEMA with dots included; `undefined` where it is no date (PS3.5 §6.2). */
export function comparableDate(text: string): string | undefined {
  const [, year = '', month = '', day = ''] = dateForm.exec(text.trim()) ?? []
  return isDay(Number(month), Number(day)) ? year + month + day : undefined
}

/** A TM value, that of ACR-NEMA with colons included, up to its microseconds; `undefined` where it is no time. */
export function comparableTime(text: string, end: End = 'first'): string | undefined {
  const parts = timeForm.exec(text.trim())
  if (parts === null) return undefined
  const fill = end === 'first' ? '00' : '59'
  const [hour = '', minute = fill, second = fill, fraction = ''] = parts.slice(1)
  // Second 60 is a leap second.
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined
  return `${hour}${minute}${second}.${fraction.padEnd(6, end === 'first' ? '0' : '9')}`
}

/** A DT value; one with an offset from UTC is moved to UTC. `undefined` where it is no date and time. */
export function comparableDateTime(text: string, end: End = 'first'): string | undefined {
  const parts = dateTimeForm.exec(text.trim())
  if (parts === null) return undefined
  const [year = '', givenMonth, givenDay, givenTime, offset] = parts.slice(1)
  const month = givenMonth ?? (end === 'first' ? '01' : '12')
  if (!isDay(Number(month), Number(givenDay ?? 1))) return undefined
  const day = givenDay ?? (end === 'first' ? '01' : String(lastDayOf(Number(year), Number(month))).padStart(2, '0'))
  const time = comparableTime(givenTime ?? (end === 'first' ? '00' : '23'), end)
  if (time === undefined) return undefined
  if (offset === undefined) return year + month + day + time
  return toUtc([year, month, day], time, offset)
}

function toUtc(
  [year, month, day]: readonly [string, string, string],
  time: string,
  offset: string,
): string | undefined {
  const ahead = utcOffset(offset)
  return ahead === undefined ? undefined : addMinutes(year + month + day, time, -ahead)
}

/** Minutes that local time is ahead of UTC, from the form `&ZZXX`; `undefined` where it is none. */
export function utcOffset(text: string): number | undefined {
  if (!/^[+-]\d{4}$/.test(text)) return undefined
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(3))
  const ahead = text.startsWith('-') ? -minutes : minutes
  // PS3.5 §6.2, DT: the offset lies between -1200 and +1400.
  return ahead < -12 * 60 || ahead > 14 * 60 || Number(text.slice(3)) > 59 ? undefined : ahead
}

/** A comparable date and time so many minutes later; `undefined` where that is not in the years 0 to 9999. */
export function addMinutes(date: string, time: string, minutes: number): string | undefined {
  const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6)]
  const moved = new Date(
    Date.UTC(+year, +month - 1, +day, +time.slice(0, 2), +time.slice(2, 4) + minutes, +time.slice(4, 6)),
  )
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  moved.setUTCFullYear(moved.getUTCFullYear() - (Number(year) < 100 ? 1900 : 0))
  const text = moved.toISOString()
  return /^\d/.test(text) ? text.replace(/\D/g, '').slice(0, 14) + time.slice(6) : undefined
}

/** A comparable date so many days later; `undefined` likewise. */
export function addDays(date: string, days: number): string | undefined {
  return addMinutes(date, '000000', days * 24 * 60)?.slice(0, 8)
}

function isDay(month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31
}

function lastDayOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}
