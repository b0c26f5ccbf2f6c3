import { Router } from 'express'
import type { Logger } from 'pino'
import { remembering } from './remembering.ts'

/** What serves, or does not: a storage or an index. */
interface Checked {
  check(): Promise<void>
}

/** What readiness depends on. */
export interface HealthOptions {
  readonly storage: Checked
  readonly index: Checked
  readonly log: Logger
  /** Whether the server is shutting down. */
  readonly stopping: () => boolean
}

/** A disk that hangs is as good as none. */
const patienceMs = 5000

/** Probes come every second from everywhere, and each check writes to the storage: what was found holds for so long. */
const holdsMs = { ready: 5000, unavailable: 1000 } as const

/**
 * `/livez`: the event loop turns; whoever waits in vain for the answer may end the process and start another. What no
 * restart mends is no part of it. `/readyz`: storage and index serve, and requests are welcome; 503 otherwise.
 */
export function healthRouter({ storage, index, log, stopping }: HealthOptions): Router {
  const router = Router()
  router.get('/livez', (_request, response) => {
    response.set('cache-control', 'no-store').json({ status: 'alive' })
  })
  const check = remembering(
    async () => {
      const [storageServes, indexServes] = await Promise.all([passes('storage', storage), passes('index', index)])
      return { storage: storageServes, index: indexServes }
    },
    (found) => (found.storage && found.index ? holdsMs.ready : holdsMs.unavailable),
  )
  router.get('/readyz', async (_request, response) => {
    response.set('cache-control', 'no-store')
    if (stopping()) return void response.status(503).json({ status: 'stopping' })
    const found = await check()
    const ready = found.storage && found.index
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'unavailable', ...found })
  })
  return router

  async function passes(name: string, adapter: Checked): Promise<boolean> {
    try {
      await within(patienceMs, adapter.check())
      return true
    } catch (error) {
      log.warn({ adapter: name, reason: error instanceof Error ? error.message : String(error) }, 'not ready')
      return false
    }
  }
}

async function within(ms: number, check: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  })
  await Promise.race([check, late]).finally(() => clearTimeout(timer))
}
