import { lookupSopClass, lookupTransferSyntax, type PixelDataLayout } from '@sansfilm/dicom'
import type { StoredInstance } from '../adapters/index.ts'

/** What kind of thing an instance is; it decides which media types can represent it. */
export type ResourceCategory = 'single-frame' | 'multi-frame' | 'video' | 'text' | 'other'

/**
 * The Resource Category of an instance. A cine that is not stored as video stays a multi-frame image: this server encodes
 * no video.
 * @see PS3.18 Table 8.7.2-1
 */
export function resourceCategory(
  { sopClass, transferSyntax }: Pick<StoredInstance, 'sopClass' | 'transferSyntax'>,
  pixelData: Pick<PixelDataLayout, 'frames'> | undefined,
): ResourceCategory {
  const frames = pixelData?.frames ?? 0
  if (frames > 0 && lookupTransferSyntax(transferSyntax)?.video === true) return 'video'
  if (frames > 1) return 'multi-frame'
  if (frames === 1) return 'single-frame'
  switch (lookupSopClass(sopClass)?.recordType) {
    case 'SR DOCUMENT':
    case 'KEY OBJECT DOC':
    case 'ENCAP DOC':
      return 'text'
    default:
      return 'other'
  }
}
