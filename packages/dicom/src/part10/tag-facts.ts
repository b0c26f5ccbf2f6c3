import { lookupTag } from '../dictionary/dictionary.ts'
import { isGroupLengthTag, isPrivateCreatorTag, type Tag } from '../tag.ts'
import type { VR } from '../vr.ts'

/** What a tag alone says. */
export interface TagFacts {
  readonly tag: Tag
  /** `undefined` where only the writer knows. */
  readonly vr: VR | undefined
  readonly vrVaries: boolean
}

/** Only tags of PS3.6 enter: a hostile object must not fill it. */
const known = new Map<number, TagFacts>()

const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, '0'))

/** The tag of group and element as one 32-bit number. */
export function formatTag(number: number): Tag {
  return (
    (hexBytes[number >>> 24] as string) +
    hexBytes[(number >>> 16) & 255] +
    hexBytes[(number >>> 8) & 255] +
    hexBytes[number & 255]
  )
}

/**
 * Looks up a tag by number, fast enough for every element of a large object. Where PS3.6 offers several VRs, the one
 * of Implicit VR Little Endian (PS3.5 §A.1; Curve Data, retired, is "OB" there).
 */
export function tagFactsOf(number: number): TagFacts {
  const facts = known.get(number)
  if (facts !== undefined) return facts
  const tag = formatTag(number)
  const entry = lookupTag(tag)
  if (entry !== undefined) {
    const vr = entry.keyword === 'RETIRED_CurveData' ? 'OB' : entry.vr
    const fresh = { tag, vr, vrVaries: entry.vrVaries }
    known.set(number, fresh)
    return fresh
  }
  // PS3.5 §7.8.1: private creators are LO; §7.2: group lengths are UL.
  const vr = isGroupLengthTag(tag) ? 'UL' : isPrivateCreatorTag(tag) ? 'LO' : undefined
  return { tag, vr, vrVaries: false }
}
