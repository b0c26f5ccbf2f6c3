import type { Context, Dicomweb } from '@sansfilm/core'
import { answerRequest } from '@sansfilm/node'
import type { Request, RequestHandler } from 'express'

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
    const serviceRoot = (options.publicUrl ?? rootAsAsked(request)).replace(/\/+$/, '')
    const given = options.contextOf?.(request)
    response.removeHeader('x-powered-by')
    await answerRequest(dicomweb, request, response, { url: request.url, serviceRoot }, given)
  }
}

/** HTTP/1.0 has no Host, whatever the types say; and one that is none must not get into URLs and header fields. */
function rootAsAsked({ protocol, host, baseUrl }: Request): string {
  return `${protocol}://${/^[\w.:[\]-]+$/.test(host ?? '') ? host : 'localhost'}${baseUrl}`
}
