import { lookupKeyword, lookupTag } from './dictionary/dictionary.ts'

/** A tag as in the DICOM JSON Model: eight upper-case hexadecimal digits, `'00100010'` (PS3.18 §F.2.2). */
export type Tag = string

/** Tags from the outermost sequence to the attribute itself. */
export type TagPath = readonly Tag[]

const tagForm = /^[0-9A-Fa-f]{8}$/

/**
 * Reads a tag or keyword (`{attributeID}` of PS3.18 §8.3.4.1); `undefined` when it is neither.
 * @example parseTag('PatientName') // '00100010'
 */
export function parseTag(text: string): Tag | undefined {
  if (tagForm.test(text)) return text.toUpperCase()
  return lookupKeyword(text)?.tag
}

/**
 * Reads an attribute path of tags or keywords separated by dots.
 * @example parseTagPath('RequestAttributesSequence.ScheduledProcedureStepID') // ['00400275', '00400009']
 * @see PS3.18 §8.3.4.1
 */
export function parseTagPath(text: string): TagPath | undefined {
  const path = text.split('.').map(parseTag)
  return path.every((tag) => tag !== undefined) ? path : undefined
}

/** The keyword where PS3.6 has one, the tag otherwise. */
export function tagName(tag: Tag): string {
  return lookupTag(tag)?.keyword ?? tag
}

/** Odd groups are private (PS3.5 §7.1). */
export function isPrivateTag(tag: Tag): boolean {
  return Number.parseInt(tag.slice(0, 4), 16) % 2 === 1
}

/** `(gggg,00bb)` with bb from 10 to FF reserves a block of private elements (PS3.5 §7.8.1). */
export function isPrivateCreatorTag(tag: Tag): boolean {
  return isPrivateTag(tag) && tag.slice(4, 6) === '00' && tag.slice(6) >= '10'
}

/** `(gggg,0000)`: group lengths carry nothing and are left out of every model (PS3.5 §7.2). */
export function isGroupLengthTag(tag: Tag): boolean {
  return tag.endsWith('0000')
}
