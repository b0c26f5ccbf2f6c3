import type { RenderParameters } from '@sansfilm/core/adapters'
import type { View } from './geometry/view.ts'
import type { Scope } from './loaded-values.ts'
import type { ValueRange } from './pixels/value-range.ts'

/** What the frames of one request have in common. */
export interface Picture {
  readonly instance: Scope
  readonly sopInstanceUID: string | undefined
  /** The presentation state that is applied. */
  readonly state: Scope | undefined
  readonly parameters: RenderParameters
  readonly view: View
  /** Of the stored values of all frames, but for padding. */
  readonly valueRange: () => ValueRange | undefined
}
