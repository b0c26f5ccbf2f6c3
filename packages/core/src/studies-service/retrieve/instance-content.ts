import { convertToExplicitVRLittleEndian, type Uid } from '@sansfilm/dicom'
import type { InstanceStorage, StoredInstance } from '../../adapters/index.ts'
import type { Content } from '../../http/content.ts'
import { openedStream } from '../../http/opened-stream.ts'
import { storedContent } from './stored-content.ts'

/** The Part 10 object of an instance in a transfer syntax: as it is stored, or converted as it is read. */
export function instanceContent(stored: StoredInstance, transferSyntax: Uid, storage: InstanceStorage): Content {
  const bytes = storedContent(storage, stored.location)
  if (transferSyntax === stored.transferSyntax) return bytes
  return {
    length: undefined,
    async read() {
      const { key, offset, length } = stored.location
      return openedStream(await storage.get(key, { offset, length }), convertToExplicitVRLittleEndian)
    },
  }
}
