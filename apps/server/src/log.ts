import { randomUUID } from 'node:crypto'
import type { NextFunction, Request, Response } from 'express'
import { type Logger, pino } from 'pino'

/** A log of JSON lines on standard output. */
export function createLog(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime })
}

/** The request's id: in its log lines, in the events it causes, and in the `x-request-id` of its answer. */
export function requestIdOf(response: Response): string {
  return String(response.locals.requestId)
}

/**
 * Logs each request when it is over. Query strings are left out, for they hold what was searched for; so is every path
 * segment that is neither a UID nor a word of the services, for anything may be typed there.
 */
export function logRequests(log: Logger): (request: Request, response: Response, next: NextFunction) => void {
  return (request, response, next) => {
    const started = performance.now()
    const { socket } = request
    const sentBefore = socket.bytesWritten
    const requestId = acceptableId(request.get('x-request-id')) ?? randomUUID()
    response.locals.requestId = requestId
    // The services take the id from this field.
    request.headersDistinct['x-request-id'] = [requestId]
    response.set('x-request-id', requestId)
    const path = pathForLog(request.originalUrl)
    response.once('close', () => {
      const line = {
        requestId,
        method: request.method,
        path,
        status: response.statusCode,
        // Of a connection's requests only one is answered at a time, so its counter tells this answer's bytes.
        bytes: socket.bytesWritten - sentBefore,
        ms: Math.round(performance.now() - started),
      }
      if (!response.writableFinished) log.info(line, 'request cut off')
      else if (response.statusCode >= 500 && response.statusCode !== 501) log.error(line, 'request')
      else log[quiet.test(path) ? 'debug' : 'info'](line, 'request')
    })
    next()
  }
}

/** What is asked for every few seconds, or by the dozen for one page. */
const quiet = /^\/(livez|readyz|viewer|assets)(\/|$)/

const knownSegment =
  /^(dicom-web|wado|viewer|livez|readyz|archive|archive\.json|docs|assets|upload|partitions|studies|series|instances|frames|metadata|rendered|thumbnail|bulkdata|pixeldata|zip|[0-9.]{1,64}|[0-9]+(,[0-9]+)*|[0-9A-Fa-f]{8}|)$/

/** The path with whatever is not of a known form replaced by `*`, at most a dozen segments. */
export function pathForLog(url: string): string {
  const [path = ''] = url.split('?', 1)
  return path
    .split('/')
    .slice(0, 13)
    .map((segment) => (knownSegment.test(segment) ? segment : '*'))
    .join('/')
}

/** A proxy's request id is kept where it is harmless. */
function acceptableId(id: string | undefined): string | undefined {
  return id !== undefined && /^[A-Za-z0-9._-]{1,64}$/.test(id) ? id : undefined
}
