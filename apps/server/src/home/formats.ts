/** How a reader writes numbers and dates. */
export interface Formats {
  count(count: number): string
  /** A number and its unit, to be set apart. */
  bytes(bytes: number): { readonly amount: string; readonly unit: string }
  /** @param date DA; what is no date is shown as it is */
  date(date: string): { readonly text: string; readonly iso: string | undefined }
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const

/** @param language the first of Accept-Language */
export function formatsFor(language: string | undefined): Formats {
  const locale = supported(language)
  const integers = new Intl.NumberFormat(locale)
  // A Study Date has no time zone: it is shown as the scanner wrote it.
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
  return {
    count: (count) => integers.format(count),
    bytes(bytes) {
      const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1)
      const parts = new Intl.NumberFormat(locale, {
        style: 'unit',
        unit: units[power] ?? 'byte',
        unitDisplay: power === 0 ? 'long' : 'short',
        maximumSignificantDigits: 3,
      }).formatToParts(bytes / 1000 ** power)
      const isUnit = ({ type }: Intl.NumberFormatPart) => type === 'unit' || type === 'literal'
      const join = (chosen: Intl.NumberFormatPart[]) =>
        chosen
          .map(({ value }) => value)
          .join('')
          .trim()
      return { amount: join(parts.filter((part) => !isUnit(part))), unit: join(parts.filter(isUnit)) }
    },
    date(date) {
      const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(date) ?? []
      const iso = `${year}-${month}-${day}`
      const time = Date.parse(iso)
      return Number.isNaN(time) ? { text: date, iso: undefined } : { text: dates.format(time), iso }
    },
  }
}

function supported(language: string | undefined): string {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(language ?? [])[0] ?? 'en-GB'
  } catch {
    return 'en-GB' // The header held what is no language at all.
  }
}
