import type { TransferSyntax } from '@sansfilm/dicom'

/** What kind of thing an instance is; it decides which media types can represent it. */
export type ResourceCategory = 'single-frame' | 'multi-frame' | 'video' | 'text' | 'other'

/** What is known of an instance without reading it. */
export interface InstanceFacts {
  readonly transferSyntax: TransferSyntax | undefined
  /** Frames of the pixel data at the top level; 0 where there is none. */
  readonly frames: number
  /** It has the SR Document Content or the Encapsulated Document Module. */
  readonly isDocument?: boolean
}

/**
 * The Resource Category of an instance. A cine that is not stored as video stays a multi-frame image: this server encodes
 * no video.
 * @see PS3.18 Table 8.7.2-1
 */
export function resourceCategory({ transferSyntax, frames, isDocument = false }: InstanceFacts): ResourceCategory {
  if (transferSyntax?.video === true && frames > 0) return 'video'
  if (frames > 1) return 'multi-frame'
  if (frames === 1) return 'single-frame'
  return isDocument ? 'text' : 'other'
}
