import { stringOf, type Tag, tags } from '@sansfilm/dicom'
import { itemScopes, numbersOf, type Scope } from '../loaded-values.ts'

/** The image that a presentation state is applied to. */
export interface PresentedFrame {
  readonly sopInstanceUID: string | undefined
  /** From 1. */
  readonly number: number
}

/** The items of a sequence that apply to a frame: those that name it, or name no image. @see PS3.3 Table 10-3 */
export function itemsFor(state: Scope, sequence: Tag, frame: PresentedFrame): readonly Scope[] {
  return itemScopes(state, sequence).filter((item) => {
    const references = itemScopes(item, tags.ReferencedImageSequence)
    return references.length === 0 || references.some((reference) => names(reference, frame))
  })
}

function names({ dataset }: Scope, { sopInstanceUID, number }: PresentedFrame): boolean {
  const frames = numbersOf(dataset, tags.ReferencedFrameNumber)
  return (
    stringOf(dataset, tags.ReferencedSOPInstanceUID) === sopInstanceUID &&
    (frames.length === 0 || frames.includes(number))
  )
}
