import { pipeline, Readable } from 'node:stream'
import { constants, createGzip } from 'node:zlib'

/** JSON and XML models shrink ten times at the fastest level already, and later levels cost more time than the network saves. */
const level = constants.Z_BEST_SPEED

/** Gzips as the reader pulls; ending early ends the source, once it has begun: see `openedStream`. */
export async function* gzipped(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const gzip = createGzip({ level, chunkSize: 64 * 1024 })
  // The callback only keeps a failure from being unhandled: the loop sees it.
  pipeline(Readable.from(source, { objectMode: false }), gzip, () => undefined)
  for await (const chunk of gzip) yield chunk
}
