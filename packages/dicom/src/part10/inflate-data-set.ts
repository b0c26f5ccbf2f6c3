import { pipeline, Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import type { ElementHandler } from './element-events.ts'
import { FileMetaReader } from './file-meta-reader.ts'

const ignored = () => undefined

/** File meta information is read to find its end alone. */
const ignoreElements: ElementHandler = {
  startDataSet: ignored,
  startElement: () => 'skip',
  value: ignored,
  chunk: ignored,
  endValue: ignored,
  startSequence: ignored,
  startItem: ignored,
  endItem: ignored,
  endSequence: ignored,
  startFragments: ignored,
  startFragment: () => 'skip',
  endFragment: ignored,
  endFragments: ignored,
  warn: ignored,
}

/**
 * The inflated data set of a deflated Part 10 object: the bytes in which `PixelDataLayout` and `BulkDataRange` count
 * offsets. Ending the iteration early releases the source.
 * @throws Part10Error where the bytes are no Part 10 object
 * @see PS3.5 §A.5
 */
export async function* inflateDataSet(object: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const inflate = createInflateRaw({ chunkSize: 65_536 })
  // The callback only keeps a failure from being unhandled: the loop sees it.
  pipeline(Readable.from(deflatedBytes(object), { objectMode: false }), inflate, () => undefined)
  for await (const chunk of inflate) yield chunk
}

/** What follows the file meta information. Copied: streams look ahead, and a source may use its memory again. */
async function* deflatedBytes(object: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const fileMeta = new FileMetaReader(ignoreElements)
  let inDataSet = false
  for await (const chunk of object) {
    if (inDataSet) {
      yield Buffer.from(chunk)
      continue
    }
    const end = fileMeta.write(chunk)
    if (end === undefined) continue
    inDataSet = true
    yield Buffer.from(end.rest)
  }
  if (!inDataSet) fileMeta.end()
}
