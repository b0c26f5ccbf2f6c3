import { type Attribute, type Dataset, type Keyword, lookupKeyword, type Value } from '@sansfilm/dicom'

/** Values by keyword; a name is given as its alphabetic group. */
export type Values = { readonly [K in Keyword]?: Value | readonly Value[] }

/** A data set from values by keyword, VRs from the dictionary. */
export function datasetOf(values: Values): Dataset {
  return Object.fromEntries(Object.entries(values).map(([keyword, value]) => attributeOf(keyword, [value].flat())))
}

function attributeOf(keyword: string, values: readonly Value[]): [string, Attribute] {
  const entry = lookupKeyword(keyword)
  if (entry === undefined) throw new Error(`The dictionary has no ${keyword}`)
  const { tag, vr } = entry
  const named =
    vr === 'PN' ? values.map((value) => (typeof value === 'string' ? { Alphabetic: value } : value)) : values
  return [tag, { vr, Value: named }]
}
