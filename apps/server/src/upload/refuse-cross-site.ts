import { DicomwebError } from '@sansfilm/core'
import type { Request, RequestHandler } from 'express'
import { sendProblem } from '../problem.ts'

/** A field that no HTML form can send, and that a script of another origin may send only where CORS allows it. */
export const uploadHeader = 'x-sansfilm-upload'

/**
 * Lets through what pages of this origin, and programs that are no browsers, send; refuses what a page of another origin
 * makes a browser send, whatever credentials the browser adds.
 * @param publicOrigin as browsers see this server, where a proxy changes Host
 */
export function refuseCrossSite(publicOrigin: string | undefined): RequestHandler {
  return (request, response, next) => {
    if (request.get(uploadHeader) !== undefined && isSameOrigin(request, publicOrigin)) return next()
    sendProblem(response, new DicomwebError('forbidden', 'Uploads are taken from the pages of this server only.'))
  }
}

/** Sec-Fetch-Site is the browser's own word, but not sent over plain HTTP; Origin is sent with every POST. */
function isSameOrigin(request: Request, publicOrigin: string | undefined): boolean {
  const site = request.get('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin'
  const origin = request.get('origin')
  if (origin === undefined) return true
  return origin === publicOrigin || URL.parse(origin)?.host === request.get('host')
}
