import { inflateDataSet, lookupTransferSyntax } from '@sansfilm/dicom'
import type { InstanceStorage, StoredInstance } from '../../adapters/index.ts'
import type { Content } from '../../http/content.ts'
import { openedStream } from '../../http/opened-stream.ts'
import { inflatedContent, storedContent } from './stored-content.ts'
import { within } from './within.ts'

/**
 * The bytes of an instance in which the offsets of its frames and bulk data count: the stored object, or where the
 * transfer syntax is deflated, the inflated object. Rows of before there were such objects count in the inflated data set,
 * which until the back-fill gets to them is inflated from its start each time.
 */
export function instanceBytes(stored: StoredInstance, storage: InstanceStorage): Content {
  if (stored.inflated !== undefined) return inflatedContent(storage, stored.inflated)
  if (lookupTransferSyntax(stored.transferSyntax)?.deflated !== true) return storedContent(storage, stored.location)
  const { key, offset, length } = stored.location
  return {
    length: undefined,
    async read(range) {
      return openedStream(await storage.get(key, { offset, length }), (object) => {
        const inflated = inflateDataSet(object)
        return range === undefined ? inflated : within(inflated, range)
      })
    },
  }
}
