import type { Context, Dicomweb } from '@sansfilm/core'
import type { Request, RequestHandler } from 'express'
import { sendResponse } from './send-response.ts'
import { toRequest } from './to-request.ts'

/** How the service is reached, and by whom. */
export interface ExpressOptions {
  /**
   * The service root as clients see it: `https://pacs.example/dicom-web`. Default: from the request, with the host and
   * protocol that a proxy forwards where Express' `trust proxy` says so.
   */
  readonly publicUrl?: string
  /** Who asks, as the application's own middleware found out. */
  readonly contextOf?: (request: Request) => Partial<Context>
}

/**
 * Mounts the service in Express, below any path. It must stand before body parsers, or they consume what is to be stored.
 * @example app.use('/dicom-web', toExpress(createDicomweb({ storage, index })))
 */
export function toExpress(dicomweb: Pick<Dicomweb, 'handle' | 'reuse'>, options: ExpressOptions = {}): RequestHandler {
  return async (request, response) => {
    const gone = new AbortController()
    // `close` comes after every answer; only before its end does it mean that the client has left.
    response.once('close', () => {
      if (!response.writableFinished) gone.abort()
    })
    const answer = await dicomweb.handle(
      toRequest(request, options.publicUrl, gone.signal),
      options.contextOf?.(request),
    )
    await sendResponse(answer, response, dicomweb.reuse)
    // What was left of the payload is passed over, so that the connection can carry the next request.
    request.resume()
  }
}
