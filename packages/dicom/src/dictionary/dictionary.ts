import type { Tag } from '../tag.ts'
import type { VR } from '../vr.ts'
import { attributes } from './attributes.generated.ts'

/** A keyword of PS3.6, such as `PatientName`. */
export type Keyword = keyof typeof attributes

/** What PS3.6 says of an attribute. */
export interface DictionaryEntry {
  readonly tag: Tag
  readonly keyword: Keyword
  readonly vr: VR
  readonly vm: string
  /** The VR depends on other attributes, as `US or SS` does on Pixel Representation. */
  readonly vrVaries: boolean
}

/** Every keyword's tag: `tags.PatientName` is `'00100010'`. The only place tags come from. */
export const tags = Object.fromEntries(Object.entries(attributes).map(([keyword, [tag]]) => [keyword, tag])) as {
  readonly [K in Keyword]: (typeof attributes)[K][0]
}

const entriesByTag = new Map<Tag, DictionaryEntry>(
  Object.entries(attributes).map(([keyword, row]) => [
    row[0],
    {
      tag: row[0],
      keyword: keyword as Keyword, // Object.entries forgets the key type
      vr: row[1],
      vm: row[2],
      vrVaries: row.length > 3,
    },
  ]),
)

/** Groups that repeat every second number: 50xx curves, 60xx overlays (PS3.5 §7.6). */
const repeatingGroup = /^(50|60)([0-9A-F]{2})/

/**
 * The entry of `tag`, repeating groups included; `undefined` for private and unknown tags.
 * @see PS3.6 §6
 * @example lookupTag('00100010')?.keyword // 'PatientName'
 */
export function lookupTag(tag: Tag): DictionaryEntry | undefined {
  const entry = entriesByTag.get(tag)
  if (entry !== undefined) return entry
  const group = repeatingGroup.exec(tag)
  if (group === null || Number.parseInt(group[2] as string, 16) % 2 === 1) return undefined
  return entriesByTag.get(`${group[1]}00${tag.slice(4)}`)
}

/**
 * The entry of a keyword, `undefined` where PS3.6 has none.
 * @example lookupKeyword('StudyDate')?.vr // 'DA'
 */
export function lookupKeyword(keyword: string): DictionaryEntry | undefined {
  return Object.hasOwn(attributes, keyword) ? entriesByTag.get(attributes[keyword as Keyword][0]) : undefined
}
