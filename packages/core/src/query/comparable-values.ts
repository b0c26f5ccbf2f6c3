import type { Attribute, PersonName, Value, VR } from '@sansfilm/dicom'
import { normalizeForMatching } from './normalize.ts'

/**
 * The values of an attribute as matching compares them. A person name gives each of its component groups, and all of them
 * joined by `=` where there are several: a key may name one group or all (PS3.4 §C.2.2.2.1).
 */
export function comparableValues(attribute: Attribute, vr: VR): readonly string[] {
  return (attribute.Value ?? []).flatMap((value) => comparable(value, vr)).filter((text) => text !== '')
}

/** The words of the names in an attribute, of any component group, for fuzzy matching. */
export function nameWords(attribute: Attribute): readonly string[] {
  return comparableValues(attribute, 'PN').flatMap(wordsOf)
}

/** The words of a normalized name. */
export function wordsOf(name: string): readonly string[] {
  return name.split(/[\s^=,]+/).filter((word) => word !== '')
}

function comparable(value: Value, vr: VR): readonly string[] {
  if (value === null) return []
  if (typeof value !== 'object') return [normalizeForMatching(vr, String(value))]
  if (vr !== 'PN') return []
  const { Alphabetic = '', Ideographic = '', Phonetic = '' } = value as PersonName // the only objects a PN has
  const groups = [Alphabetic, Ideographic, Phonetic]
  const present = groups.filter((group) => group !== '')
  return (present.length > 1 ? [...present, groups.join('=')] : present).map((name) => normalizeForMatching('PN', name))
}
