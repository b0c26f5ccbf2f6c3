import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readiness } from './readiness.ts'

/** What readiness depends on. */
export interface HealthOptions {
  readonly readiness: () => Promise<Readiness>
  /** Whether the server is shutting down. */
  readonly stopping: () => boolean
}

/**
 * `/livez`: the event loop turns; whoever waits in vain for the answer may end the process and start another. What no
 * restart mends is no part of it. `/readyz`: storage and index serve, and requests are welcome; 503 otherwise. All else goes
 * to `next`. Probes come first of all when a server starts, and need nothing that has to be loaded.
 */
export function answerHealth({ readiness, stopping }: HealthOptions) {
  return (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    const [path] = (request.url ?? '').split('?', 1)
    if (request.method !== 'GET' && request.method !== 'HEAD') next()
    else if (path === '/livez') sendState(response, 200, { status: 'alive' })
    else if (path === '/readyz') void answerReady(response, readiness, stopping)
    else next()
  }
}

async function answerReady(response: ServerResponse, readiness: HealthOptions['readiness'], stopping: () => boolean) {
  if (stopping()) return sendState(response, 503, { status: 'stopping' })
  const found = await readiness()
  const ready = found.storage && found.index
  sendState(response, ready ? 200 : 503, { status: ready ? 'ready' : 'unavailable', ...found })
}

function sendState(response: ServerResponse, status: number, state: object): void {
  const body = JSON.stringify(state)
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
    })
    .end(body)
}
