import type { ServerResponse } from 'node:http'
import type { DicomwebResponse } from '@sansfilm/core'

/**
 * Sends an answer: a buffer in one write, an iterable as fast as the client reads. When the client leaves, the iteration
 * is ended; when the iteration fails, the connection is destroyed, so that what arrived is not taken for the whole.
 * @param reuse takes back each piece that the system has taken over; one whose writing failed is left alone, for something
 *   may still hold it
 */
export async function sendResponse(
  { status, headers, body }: DicomwebResponse,
  response: ServerResponse,
  reuse: (piece: Uint8Array) => void,
): Promise<void> {
  if (response.destroyed) return release(body)
  response.writeHead(status, headers)
  // Not `end(piece)`: its callback does not tell of a failure.
  const write = (piece: Uint8Array) =>
    response.write(piece, (error) => {
      if (!error) reuse(piece)
    })
  if (body instanceof Uint8Array) write(body)
  else if (body !== null && !(await sendPieces(body, response, write, headers['content-length'] !== undefined))) return
  response.end()
}

/**
 * Writes pieces, and reads the next while one is on its way: at most two are held, however slowly the client reads.
 * @param gather short pieces with the next, so that the head of a part goes out with its bytes. Not where no length is told:
 *   Node then does not say when what was gathered has drained
 * @returns whether all were written; if not, the response is destroyed
 */
async function sendPieces(
  pieces: AsyncIterable<Uint8Array>,
  response: ServerResponse,
  write: (piece: Uint8Array) => boolean,
  gather: boolean,
): Promise<boolean> {
  const iterator = pieces[Symbol.asyncIterator]()
  try {
    if (gather) response.cork()
    let reading = iterator.next()
    for (let next = await reading; next.done !== true; next = await reading) {
      if (response.destroyed) break
      const mayGoOn = write(next.value)
      reading = iterator.next()
      // Looked at when the client has read on; until then its failure must not count as unhandled.
      reading.catch(() => undefined)
      if (mayGoOn) continue
      if (gather) response.uncork()
      await drained(response)
      if (gather) response.cork()
    }
    if (gather) response.uncork()
  } catch {
    // The core has reported what failed in it.
    response.destroy()
  }
  if (!response.destroyed) return true
  await iterator.return?.().catch(() => undefined)
  return false
}

/** Resolves when more can be written, or nothing can any more. */
function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return Promise.resolve()
  const { promise, resolve } = Promise.withResolvers<void>()
  const done = () => {
    response.off('drain', done).off('close', done)
    resolve()
  }
  response.on('drain', done).on('close', done)
  return promise
}

async function release(body: DicomwebResponse['body']): Promise<void> {
  if (body !== null && !(body instanceof Uint8Array)) await body[Symbol.asyncIterator]().return?.()
}
