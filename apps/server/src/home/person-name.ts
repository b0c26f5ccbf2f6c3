import type { PersonName } from '@sansfilm/dicom'

/** A name for people to read. */
export interface ReadableName {
  readonly name: string
  /** The name in its own script, where the alphabetic one is shown first. */
  readonly native?: string
}

/**
 * `Family, Prefix Given Middle, Suffix` from the components of PN. @see PS3.5 §6.2.1
 * @example readableName({ Alphabetic: 'Adams^John Robert^^Rev.^B.A.' }) // { name: 'Adams, Rev. John Robert, B.A.' }
 */
export function readableName(name: PersonName): ReadableName | undefined {
  const alphabetic = westernOrder(name.Alphabetic)
  const native = nativeOrder(name.Ideographic) ?? nativeOrder(name.Phonetic)
  if (alphabetic === undefined) return native === undefined ? undefined : { name: native }
  return native === undefined ? { name: alphabetic } : { name: alphabetic, native }
}

function westernOrder(group: string | undefined): string | undefined {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = components(group)
  const forenames = [prefix, given, middle].filter(Boolean).join(' ')
  return [family, forenames, suffix].filter(Boolean).join(', ') || undefined
}

/** East Asian names put the family first, without a comma. */
function nativeOrder(group: string | undefined): string | undefined {
  return components(group).filter(Boolean).join(' ') || undefined
}

function components(group: string | undefined): readonly string[] {
  return (group ?? '').split('^').map((component) => component.trim())
}
