import { type Attribute, type Dataset, type Keyword, lookupKeyword, type Value } from '@sansfilm/dicom'

type Content = Value | readonly Value[] | undefined

/** Attributes by keyword, for tests: `datasetOf({ PatientID: 'P1' })`. Names may be plain texts. */
export function datasetOf(content: { readonly [K in Keyword]?: Content }): Dataset {
  return Object.fromEntries(
    Object.entries(content).map(([keyword, value]): [string, Attribute] => {
      const entry = lookupKeyword(keyword)
      if (entry === undefined) throw new Error(`PS3.6 has no ${keyword}`)
      if (value === undefined) return [entry.tag, { vr: entry.vr }]
      const values: readonly Value[] = Array.isArray(value) ? value : [value as Value] // Array.isArray leaves readonly arrays in
      const names = values.map((name) => (typeof name === 'string' ? { Alphabetic: name } : name))
      return [entry.tag, { vr: entry.vr, Value: entry.vr === 'PN' ? names : values }]
    }),
  )
}

/** A Code Sequence item. */
export function code(value: string, scheme: string, meaning: string): Dataset {
  return datasetOf({ CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning })
}
