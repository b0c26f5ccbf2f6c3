import { inflateDataSet, lookupTransferSyntax } from '@sansfilm/dicom'
import type { InstanceStorage, StoredInstance } from '../../adapters/index.ts'
import type { Content } from '../../http/content.ts'
import { openedStream } from '../../http/opened-stream.ts'
import { storedContent } from './stored-content.ts'

/**
 * The bytes of an instance in which the offsets of its frames and bulk data count: the stored object, or where the
 * transfer syntax is deflated, the inflated data set, which is inflated from its start each time.
 */
export function instanceBytes(stored: StoredInstance, storage: InstanceStorage): Content {
  if (lookupTransferSyntax(stored.transferSyntax)?.deflated !== true) return storedContent(storage, stored.location)
  const { key, offset, length } = stored.location
  return {
    length: undefined,
    async read(range) {
      return openedStream(await storage.get(key, { offset, length }), (object) => {
        const inflated = inflateDataSet(object)
        return range === undefined ? inflated : within(inflated, range.offset, range.offset + range.length)
      })
    },
  }
}

/** The bytes from `start` to before `end`; what comes after is not read. */
async function* within(source: AsyncIterable<Uint8Array>, start: number, end: number): AsyncIterable<Uint8Array> {
  let position = 0
  if (start === end) return
  for await (const chunk of source) {
    const from = Math.max(start - position, 0)
    const to = Math.min(end - position, chunk.length)
    if (from < to) yield chunk.subarray(from, to)
    position += chunk.length
    if (position >= end) return
  }
  throw new Error('A deflated data set is shorter than its row says')
}
