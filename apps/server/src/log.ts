import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Level, type Logger, pino } from 'pino'

/** A log of JSON lines on standard output. */
export function createLog(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime })
}

/** Where Express keeps what belongs to one request; it leaves what it finds there. */
type WithLocals = ServerResponse & { locals?: Record<string, unknown> }

/** The request's id: in its log lines, in the events it causes, and in the `x-request-id` of its answer. */
export function requestIdOf(response: WithLocals): string {
  return String(response.locals?.requestId)
}

/**
 * Logs each request when it is over. Query strings are left out, for they hold what was searched for; so is every path
 * segment that is neither a UID nor a word of the services, for anything may be typed there.
 */
export function logRequests(log: Logger): (request: IncomingMessage, response: WithLocals) => void {
  return (request, response) => {
    const started = performance.now()
    // Express changes it on the way.
    const { socket, url = '' } = request
    const sentBefore = socket.bytesWritten
    const requestId = acceptableId(request.headers['x-request-id']) ?? randomUUID()
    response.locals = { requestId }
    response.once('close', () => {
      const level = levelOf(url, response)
      // The line costs more than finding out whether anybody wants it.
      if (!log.isLevelEnabled(level)) return
      const line = {
        requestId,
        method: request.method,
        path: pathForLog(url),
        status: response.statusCode,
        // Of a connection's requests only one is answered at a time, so its counter tells this answer's bytes.
        bytes: socket.bytesWritten - sentBefore,
        ms: Math.round(performance.now() - started),
      }
      log[level](line, response.writableFinished ? 'request' : 'request cut off')
    })
  }
}

function levelOf(url: string, { statusCode, writableFinished }: ServerResponse): Level {
  if (!writableFinished) return 'info'
  if (statusCode >= 500 && statusCode !== 501) return 'error'
  return quiet.test(url) ? 'debug' : 'info'
}

/** What is asked for every few seconds, or by the dozen for one page. */
const quiet = /^\/(livez|readyz|viewer|assets)([/?]|$)/

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
function acceptableId(id: string | readonly string[] | undefined): string | undefined {
  return typeof id === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(id) ? id : undefined
}
