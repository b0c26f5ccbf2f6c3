import type { Tag, TagPath } from './tag.ts'
import type { VR } from './vr.ts'

/** The component groups of a person name, as the DICOM JSON Model has them (PS3.18 §F.2.2). */
export interface PersonName {
  readonly Alphabetic?: string
  readonly Ideographic?: string
  readonly Phonetic?: string
}

/** One value. `null` stands for an empty value among others (PS3.18 §F.2.5). */
export type Value = string | number | PersonName | Dataset | null

/** An attribute of the DICOM JSON Model. At most one of `Value`, `BulkDataURI` and `InlineBinary` is there (PS3.18 §F.2.2). */
export interface Attribute {
  readonly vr: VR
  readonly Value?: readonly Value[]
  readonly BulkDataURI?: string
  readonly InlineBinary?: string
}

/** The one in-memory form of a data set: the DICOM JSON Model, in UTF-8, tags ascending (PS3.18 Annex F). */
export type Dataset = { readonly [tag: Tag]: Attribute }

/** The values of an attribute; none where it is absent or empty. */
export function valuesOf(dataset: Dataset, tag: Tag): readonly Value[] {
  return dataset[tag]?.Value ?? []
}

/**
 * The first value as text; `undefined` where absent, empty, or neither text nor number.
 * @example stringOf(dataset, tags.PatientID) // 'P1'
 */
export function stringOf(dataset: Dataset, tag: Tag): string | undefined {
  const value = dataset[tag]?.Value?.[0]
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined
}

/** The first value as a finite number; `undefined` where it is none. */
export function numberOf(dataset: Dataset, tag: Tag): number | undefined {
  const value = dataset[tag]?.Value?.[0]
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** The items of a sequence; none where it is absent. */
export function itemsOf(dataset: Dataset, tag: Tag): readonly Dataset[] {
  return valuesOf(dataset, tag).filter((value): value is Dataset => typeof value === 'object' && value !== null)
}

/**
 * Every attribute at `path`, through all items on the way.
 * @example attributesAt(dataset, [tags.RequestAttributesSequence, tags.RequestedProcedureID]) // one of each item
 */
export function attributesAt(dataset: Dataset, path: TagPath): readonly Attribute[] {
  const [tag, ...rest] = path
  if (tag === undefined) return []
  if (rest.length === 0) return dataset[tag] === undefined ? [] : [dataset[tag]]
  return itemsOf(dataset, tag).flatMap((item) => attributesAt(item, rest))
}
