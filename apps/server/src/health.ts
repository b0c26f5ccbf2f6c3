import { Router } from 'express'
import type { Readiness } from './readiness.ts'

/** What readiness depends on. */
export interface HealthOptions {
  readonly readiness: () => Promise<Readiness>
  /** Whether the server is shutting down. */
  readonly stopping: () => boolean
}

/**
 * `/livez`: the event loop turns; whoever waits in vain for the answer may end the process and start another. What no
 * restart mends is no part of it. `/readyz`: storage and index serve, and requests are welcome; 503 otherwise.
 */
export function healthRouter({ readiness, stopping }: HealthOptions): Router {
  const router = Router()
  router.get('/livez', (_request, response) => {
    response.set('cache-control', 'no-store').json({ status: 'alive' })
  })
  router.get('/readyz', async (_request, response) => {
    response.set('cache-control', 'no-store')
    if (stopping()) return void response.status(503).json({ status: 'stopping' })
    const found = await readiness()
    const ready = found.storage && found.index
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'unavailable', ...found })
  })
  return router
}
