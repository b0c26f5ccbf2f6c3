import type { Uid } from '@sansfilm/dicom'
import type { StoredInstance } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import type { Content } from '../../http/content.ts'
import { convertedContent } from './converted-content.ts'
import { storedContent } from './stored-content.ts'

/** The Part 10 object of an instance in a transfer syntax: as it is stored, or converted as it is read. */
export function instanceContent(stored: StoredInstance, transferSyntax: Uid, backend: Backend): Content {
  return transferSyntax === stored.transferSyntax
    ? storedContent(backend.storage, stored.location)
    : convertedContent(stored, backend)
}
