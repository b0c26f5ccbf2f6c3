import { type Dataset, type PersonName, parseDate, parseDateTime, parseTime, type Tag, valuesOf } from '@sansfilm/dicom'

/** `2024-02-29`; what is no date as it came. */
export function formatDate(text: string): string {
  const date = parseDate(text)
  return date === undefined ? text : dashed(date)
}

/** `10:11:12`, no more precise than the value; fractions only where they are not zero. */
export function formatTime(text: string): string {
  const time = parseTime(text)
  return time === undefined ? text : clock(time)
}

/** `2024-02-29 10:11:12 +01:00`. */
export function formatDateTime(text: string): string {
  const dateTime = parseDateTime(text)
  if (dateTime === undefined) return text
  const { local, offsetMinutes } = dateTime
  const time = clock(local.slice(8))
  const zone = offsetMinutes === undefined ? '' : ` ${formatOffset(offsetMinutes)}`
  return dashed(local.slice(0, 8)) + (time === '' ? '' : ` ${time}`) + zone
}

function dashed(date: string): string {
  return [date.slice(0, 4), date.slice(4, 6), date.slice(6, 8)].filter((part) => part !== '').join('-')
}

function clock(time: string): string {
  const [whole = '', fraction = ''] = time.split('.')
  const digits = fraction.replace(/0+$/, '')
  return (whole.match(/../g) ?? []).join(':') + (digits === '' ? '' : `.${digits}`)
}

function formatOffset(minutes: number): string {
  const size = Math.abs(minutes)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}

/**
 * A name to be read: `Doe, Jane Mary (Dr, MD)`, other scripts behind it.
 * @see PS3.5 §6.2.1.1
 */
export function formatName(name: PersonName): string {
  const [first = '', ...others] = [name.Alphabetic, name.Ideographic, name.Phonetic]
    .map((group) => formatComponents(group ?? ''))
    .filter((group) => group !== '')
  return others.length === 0 ? first : `${first} · ${others.join(' · ')}`
}

function formatComponents(group: string): string {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = group.split('^').map((part) => part.trim())
  const calling = [given, middle].filter((part) => part !== '').join(' ')
  const titles = [prefix, suffix].filter((part) => part !== '').join(', ')
  const name = [family, calling].filter((part) => part !== '').join(', ')
  return titles === '' ? name : `${name} (${titles})`.trim()
}

/** Every name of an attribute. */
export function namesOf(dataset: Dataset, tag: Tag): readonly string[] {
  return valuesOf(dataset, tag)
    .map((value) => (typeof value === 'string' ? formatComponents(value) : isName(value) ? formatName(value) : ''))
    .filter((name) => name !== '')
}

function isName(value: unknown): value is PersonName {
  return typeof value === 'object' && value !== null
}

/** Up to three decimals: for positions, which are no measurements. */
export function formatPosition(number: number): string {
  return String(Math.round(number * 1000) / 1000)
}
