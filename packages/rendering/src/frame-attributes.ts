import { type Tag, tags } from '@sansfilm/dicom'
import { itemScopes, type Scope } from './loaded-values.ts'

/**
 * Where the attributes of a functional group macro lie for one frame: its own item, the shared one, or the data set itself,
 * as in images that are not multi-frame by functional groups.
 * @param frame from 1
 * @see PS3.3 §C.7.6.16
 */
export function macroOf(instance: Scope, frame: number, macro: Tag): Scope {
  const [shared] = itemScopes(instance, tags.SharedFunctionalGroupsSequence)
  const own = itemScopes(instance, tags.PerFrameFunctionalGroupsSequence)[frame - 1]
  for (const groups of [own, shared]) {
    const [item] = groups === undefined ? [] : itemScopes(groups, macro)
    if (item !== undefined) return item
  }
  return instance
}
