/** Numbers that JSON does not have (RFC 8259 §6), by the names that stand in for them in FL and FD. */
const specialNumbers = { NaN: Number.NaN, inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY } as const

/** A name that stands in for a number JSON does not have. */
export type SpecialNumber = keyof typeof specialNumbers

/** Reads the spellings of other writers too: `Infinity`, and `INF` of xs:double. */
export function parseSpecialNumber(text: string): SpecialNumber | undefined {
  if (/^NaN$/i.test(text)) return 'NaN'
  const [, sign] = /^([+-]?)inf(?:inity)?$/i.exec(text) ?? []
  return sign === undefined ? undefined : sign === '-' ? '-inf' : 'inf'
}

/** The value of FL and FD as a number; `NaN` also where it is none, so ask `parseSpecialNumber` first where that matters. */
export function floatOf(value: number | string): number {
  if (typeof value === 'number') return value
  const special = parseSpecialNumber(value)
  return special === undefined ? Number(value) : specialNumbers[special]
}
