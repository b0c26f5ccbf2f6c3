const daForm = /^(\d{4})(\d{2})(\d{2})$/
/** "The ACR-NEMA Standard 300 … format YYYY.MM.DD" (PS3.5 Table 6.2-1, DA). */
const oldDaForm = /^(\d{4})\.(\d{2})\.(\d{2})$/
const tmForm = /^(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,6}))?)?)?$/
/** "HH:MM:SS.frac" of ACR-NEMA 2.0 (PS3.5 Table 6.2-1, TM). */
const oldTmForm = /^(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?$/
const dtForm = /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,6}))?)?)?)?)?)?([+-]\d{4})?$/

/**
 * Reads a DA value.
 * @returns `YYYYMMDD`; `undefined` where it is no date of the calendar
 * @example parseDate('1993.08.22') // '19930822'
 */
export function parseDate(text: string): string | undefined {
  const value = text.trim()
  const match = daForm.exec(value) ?? oldDaForm.exec(value)
  if (match === null) return undefined
  const [, year, month, day] = match as unknown as [string, string, string, string] // no group is optional
  return isDay(year, month, day) ? year + month + day : undefined
}

/**
 * Reads a TM value, keeping its precision: `10` means some time in that hour.
 * @returns `HH`, `HHMM`, `HHMMSS` or `HHMMSS.FFFFFF`; `undefined` where it is no time. Second 60 is a leap second.
 * @example parseTime('10:11:12.5') // '101112.500000'
 */
export function parseTime(text: string): string | undefined {
  const value = text.trim()
  const match = tmForm.exec(value) ?? oldTmForm.exec(value)
  return match === null ? undefined : clock(match[1], match[2], match[3], match[4])
}

/** A DT value: local time of the given precision, and the offset from UTC it names. */
export interface DateTime {
  /** `YYYY` up to `YYYYMMDDHHMMSS.FFFFFF`: comparable with others of the same offset. */
  readonly local: string
  /** Minutes east of UTC; `undefined` where the value names none (PS3.5 Table 6.2-1, DT). */
  readonly offsetMinutes: number | undefined
}

/** Reads a DT value; `undefined` where it is none. */
export function parseDateTime(text: string): DateTime | undefined {
  const match = dtForm.exec(text.trim())
  if (match === null) return undefined
  const [, year = '', month, day, hour, minute, second, fraction, offset] = match
  if (!isDay(year, month ?? '01', day ?? '01')) return undefined
  const time = hour === undefined ? '' : clock(hour, minute, second, fraction)
  const offsetMinutes = offset === undefined ? undefined : parseOffset(offset)
  if (time === undefined || (offset !== undefined && offsetMinutes === undefined)) return undefined
  return { local: year + (month ?? '') + (day ?? '') + time, offsetMinutes }
}

/** Within -1200 and +1400, the offsets that exist; "-0000" is none. */
function parseOffset(text: string): number | undefined {
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(3))
  if (Number(text.slice(3)) > 59 || text === '-0000') return undefined
  const signed = text.startsWith('-') ? -minutes : minutes
  return signed >= -720 && signed <= 840 ? signed : undefined
}

function clock(hour = '', minute = '', second = '', fraction = ''): string | undefined {
  if (hour > '23' || minute > '59' || second > '60') return undefined
  return hour + minute + second + (fraction === '' ? '' : `.${fraction.padEnd(6, '0')}`)
}

function isDay(year: string, month: string, day: string): boolean {
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
}
