import { transferSyntaxes, type Uid } from '@sansfilm/dicom'
import type { StoredInstance } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import type { Content } from '../../http/content.ts'
import { convertedContent } from './converted-content.ts'
import { inflatedContent, storedContent } from './stored-content.ts'

/**
 * The Part 10 object of an instance in a transfer syntax that takes no codec: as it is stored, as it was inflated, or converted
 * as it is read.
 */
export function instanceContent(stored: StoredInstance, transferSyntax: Uid, backend: Backend): Content {
  if (transferSyntax === stored.transferSyntax) return storedContent(backend.storage, stored.location)
  if (stored.inflated !== undefined && transferSyntax === transferSyntaxes.ExplicitVRLittleEndian.uid)
    return inflatedContent(backend.storage, stored.inflated)
  return convertedContent(stored, transferSyntax, backend)
}
