import { type Dataset, itemsOf, stringOf, type Tag, tags } from '@sansfilm/dicom'

/** A coded concept as a reader sees it. @see PS3.3 §8.8 */
export interface Concept {
  /** Code Meaning; where it is missing, what there is. */
  readonly meaning: string
  readonly code?: string
  readonly scheme?: string
}

/** The first item of a Code Sequence; `undefined` where there is none, or nothing in it. */
export function conceptOf(dataset: Dataset, tag: Tag): Concept | undefined {
  const item = itemsOf(dataset, tag)[0]
  return item === undefined ? undefined : readConcept(item)
}

/** Every item of a Code Sequence that says something. */
export function conceptsOf(dataset: Dataset, tag: Tag): readonly Concept[] {
  return itemsOf(dataset, tag)
    .map(readConcept)
    .filter((concept) => concept !== undefined)
}

function readConcept(item: Dataset): Concept | undefined {
  const code = stringOf(item, tags.CodeValue) ?? stringOf(item, tags.LongCodeValue) ?? stringOf(item, tags.URNCodeValue)
  const scheme = stringOf(item, tags.CodingSchemeDesignator)
  const meaning = stringOf(item, tags.CodeMeaning)?.trim() || code
  if (meaning === undefined) return undefined
  return { meaning, ...(code === undefined ? {} : { code }), ...(scheme === undefined ? {} : { scheme }) }
}

/** The code for those who know it: `(121071, DCM)`. */
export function codeHint({ code, scheme }: Concept): string | undefined {
  return code === undefined ? undefined : `(${scheme === undefined ? code : `${code}, ${scheme}`})`
}

/** Equal for concepts that are one and read the same: some writers give different things one code. */
export function conceptKey({ code, scheme, meaning }: Concept): string {
  return JSON.stringify([code, scheme, meaning])
}
