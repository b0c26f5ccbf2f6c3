import { stringOf, tags } from '@sansfilm/dicom'
import type { GrayscaleOverrides } from '../grayscale/grayscale-function.ts'
import { transformOf } from '../grayscale/modality-transform.ts'
import { voiOf } from '../grayscale/voi-transform.ts'
import { itemScopes, type Scope } from '../loaded-values.ts'
import { lookupTableOf } from '../pixels/lookup-table.ts'
import { possibleRange, type StoredValues } from '../pixels/stored-values.ts'
import { itemsFor, type PresentedFrame } from './presentation-item.ts'

/**
 * The grayscale transforms of a presentation state. Those that it lacks are the identity, whatever the image says: a state
 * is the whole of a presentation.
 * @see PS3.4 §N.2.1, PS3.3 §C.11.8, §C.11.6
 */
export function presentationGrayscale(state: Scope, frame: PresentedFrame, stored: StoredValues): GrayscaleOverrides {
  const modality = transformOf(state, stored.signed) ?? ((value: number) => value)
  const signed = possibleRange(stored).some((value) => modality(value) < 0)
  const [softcopy] = itemsFor(state, tags.SoftcopyVOILUTSequence, frame)
  const voi = softcopy === undefined ? undefined : voiOf(softcopy, signed)
  return { modality, presentation: presentationLutOf(state), ...(voi && { voi }) }
}

/** From 0-1 to 0-1: a table over the whole range, or a shape. @see PS3.3 §C.11.6.1 */
function presentationLutOf(state: Scope): (value: number) => number {
  const [item] = itemScopes(state, tags.PresentationLUTSequence)
  const table = item === undefined ? undefined : lookupTableOf(item, tags.LUTDescriptor, tags.LUTData, false)
  if (table !== undefined) {
    const last = table.entries.length - 1
    const largest = 2 ** table.bits - 1
    return (value) => (table.entries[Math.round(value * last)] ?? 0) / largest
  }
  return stringOf(state.dataset, tags.PresentationLUTShape)?.trim() === 'INVERSE'
    ? (value) => 1 - value
    : (value) => value
}
