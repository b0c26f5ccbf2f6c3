import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { acceptsEncoding } from './accept-encoding.ts'
import { gzipped } from './gzip-stream.ts'
import type { DicomwebRequest, DicomwebResponse } from './message.ts'
import { openedStream } from './opened-stream.ts'

/** Bodies up to this size go out in one write, with their length. */
const maxBufferedBytes = 256 * 1024

/** Below this, a gzip saves no packet. */
const minGzippedBytes = 1024

const gzipBuffer = promisify(gzip)

/**
 * A body made while it is sent: in one write where it is short, as a stream where it is not, gzipped where the client can
 * read that. What fails before the first bytes are out fails here, while there is still a status to choose.
 * @returns the body and the header fields that say how it is coded
 * @see RFC 9110 §8.4, §12.5.3
 */
export async function sendChunks(
  { headers }: Pick<DicomwebRequest, 'headers'>,
  chunks: AsyncIterable<Uint8Array>,
): Promise<Pick<DicomwebResponse, 'headers' | 'body'>> {
  const canGunzip = acceptsEncoding(headers['accept-encoding'], 'gzip')
  const vary = { vary: 'Accept-Encoding' }
  const coded = { ...vary, 'content-encoding': 'gzip' }
  const body = await bufferShort(chunks)
  if (!(body instanceof Uint8Array)) {
    return canGunzip ? { headers: coded, body: openedStream(body, gzipped) } : { headers: vary, body }
  }
  if (!canGunzip || body.length < minGzippedBytes) return { headers: vary, body }
  return { headers: coded, body: await gzipBuffer(body, { level: constants.Z_BEST_SPEED }) }
}

/** The whole where it is short, else a stream that starts with what was read. */
async function bufferShort(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array | AsyncIterable<Uint8Array>> {
  const iterator = chunks[Symbol.asyncIterator]()
  const head: Uint8Array[] = []
  let size = 0
  while (size <= maxBufferedBytes) {
    const next = await iterator.next()
    if (next.done === true) return Buffer.concat(head)
    head.push(next.value)
    size += next.value.length
  }
  return openedStream({ [Symbol.asyncIterator]: () => iterator }, async function* (rest) {
    try {
      yield Buffer.concat(head.splice(0))
      yield* rest
    } finally {
      await iterator.return?.()
    }
  })
}
