import {
  type Attribute,
  type Dataset,
  type Keyword,
  lookupTag,
  parsePersonName,
  tags,
  type Value,
} from '@sansfilm/dicom'

/** Values by keyword: one, several, or the items of a sequence. Names are written as in PS3.5: `A^B=C=D`. */
export type ValuesByKeyword = Readonly<Partial<Record<Keyword, string | number | readonly Value[] | undefined>>>

/** A data set, each attribute in the VR that the dictionary gives it; what is undefined is left out, `''` is empty. */
export function datasetOf(values: ValuesByKeyword): Dataset {
  const attributes = Object.entries(values).flatMap(([keyword, value]): [string, Attribute][] => {
    const tag = tags[keyword as Keyword] // Object.entries forgets the key type
    const vr = lookupTag(tag)?.vr ?? 'UN'
    if (value === undefined) return []
    if (value === '') return [[tag, { vr }]]
    const list = typeof value === 'object' ? value : [value]
    return [[tag, { vr, Value: vr === 'PN' ? list.map((name) => parsePersonName(String(name)) ?? null) : list }]]
  })
  return Object.fromEntries(attributes.sort(([left], [right]) => (left < right ? -1 : 1)))
}
