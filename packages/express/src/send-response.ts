import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { DicomwebResponse } from '@sansfilm/core'
import type { Response } from 'express'

/**
 * Sends an answer: a buffer in one write, an iterable as fast as the client reads. When the client leaves, the iteration
 * is ended; when the iteration fails, the connection is destroyed, so that what arrived is not taken for the whole.
 */
export async function sendResponse({ status, headers, body }: DicomwebResponse, response: Response): Promise<void> {
  if (response.destroyed) return release(body)
  response.removeHeader('x-powered-by')
  response.writeHead(status, headers)
  if (body === null || body instanceof Uint8Array) {
    response.end(body ?? undefined)
    return
  }
  try {
    await pipeline(Readable.from(body, { objectMode: false, highWaterMark: 1 }), response)
  } catch {
    // The core has reported what failed in it, and `pipeline` has destroyed the response.
  }
}

async function release(body: DicomwebResponse['body']): Promise<void> {
  if (body !== null && !(body instanceof Uint8Array)) await body[Symbol.asyncIterator]().return?.()
}
