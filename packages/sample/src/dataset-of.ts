import type { Attribute, Dataset, Keyword, Value, VR } from '@sansfilm/dicom'
import { lookupKeyword } from '@sansfilm/dicom'

/** One value, several, or none (an attribute of type 2 that is empty). */
type Content = Value | readonly Value[] | undefined

/** Attributes by keyword: `datasetOf({ PatientID: 'SAMPLE', ImageType: ['ORIGINAL', 'PRIMARY'] })`. VRs come from PS3.6. */
export function datasetOf(content: { readonly [K in Keyword]?: Content }): Dataset {
  return Object.fromEntries(
    Object.entries(content).map(([keyword, value]) => {
      const entry = lookupKeyword(keyword)
      if (entry === undefined) throw new Error(`PS3.6 has no ${keyword}`)
      return [entry.tag, attributeOf(entry.vr, value)]
    }),
  )
}

function attributeOf(vr: VR, content: Content): Attribute {
  if (content === undefined) return { vr }
  const values: readonly Value[] = Array.isArray(content) ? content : [content as Value] // Array.isArray leaves readonly arrays in
  return {
    vr,
    Value: vr === 'PN' ? values.map((name) => (typeof name === 'string' ? { Alphabetic: name } : name)) : values,
  }
}

/** A Code Sequence item (PS3.3 §8.8). */
export function code(value: string, scheme: string, meaning: string): Dataset {
  return datasetOf({ CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning })
}
