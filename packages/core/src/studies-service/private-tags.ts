import { isPrivateTag, type Tag } from '@sansfilm/dicom'

/** Whether a private attribute lies in a block that a creator has reserved. */
export function isPrivateBlockTag(tag: Tag): boolean {
  return isPrivateTag(tag) && tag.slice(4, 6) >= '10'
}

/** The attribute that names the creator of a private attribute's block: `(gggg,00bb)` for `(gggg,bbee)` (PS3.5 §7.8.1). */
export function privateCreatorTag(tag: Tag): Tag {
  return `${tag.slice(0, 4)}00${tag.slice(4, 6)}`
}

/** A private attribute after its creator, without which it means nothing; any other by itself. */
export function withPrivateCreator(tag: Tag): readonly Tag[] {
  return isPrivateBlockTag(tag) ? [privateCreatorTag(tag), tag] : [tag]
}
