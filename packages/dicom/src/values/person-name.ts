import type { PersonName } from '../dataset.ts'

const groups = ['Alphabetic', 'Ideographic', 'Phonetic'] as const

/**
 * The component groups of one PN value; `undefined` where it has none that is not empty. Further `=` are ignored.
 * @example parsePersonName('Yamada^Tarou=山田^太郎') // { Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎' }
 * @see PS3.5 §6.2.1
 */
export function parsePersonName(text: string): PersonName | undefined {
  if (!text.includes('=')) return text.trim() === '' ? undefined : { Alphabetic: text }
  const name: { -readonly [K in keyof PersonName]: PersonName[K] } = {}
  text.split('=').forEach((part, i) => {
    const group = groups[i]
    const value = part.trim()
    if (group !== undefined && value !== '') name[group] = value
  })
  return Object.keys(name).length === 0 ? undefined : name
}

/**
 * The PN value of component groups, without trailing `=` (PS3.5 §6.2.1.1).
 * @example formatPersonName({ Alphabetic: 'Yamada^Tarou', Phonetic: 'やまだ^たろう' }) // 'Yamada^Tarou==やまだ^たろう'
 */
export function formatPersonName(name: PersonName): string {
  return groups
    .map((group) => name[group] ?? '')
    .join('=')
    .replace(/=+$/, '')
}
