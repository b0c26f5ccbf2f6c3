import { transferSyntaxes } from '@sansfilm/dicom'

const { DeflatedExplicitVRLittleEndian, JPIPReferencedDeflate, JPIPHTJ2KReferencedDeflate } = transferSyntaxes

/**
 * Which rows of `instance` are to be inflated yet. A query in these very words uses the index of such rows, and so is free
 * where there are none.
 */
export const toBeInflated = `inflated_key IS NULL AND transfer_syntax IN (${[
  DeflatedExplicitVRLittleEndian,
  JPIPReferencedDeflate,
  JPIPHTJ2KReferencedDeflate,
]
  .map(({ uid }) => `'${uid}'`)
  .join(', ')})`
