import type { InstanceIndex, InstanceStorage } from '@sansfilm/core/adapters'
import { Router } from 'express'
import type { Logger } from 'pino'

/** What readiness depends on. */
export interface HealthOptions {
  readonly storage: InstanceStorage
  readonly index: InstanceIndex
  readonly log: Logger
  /** Whether the server is shutting down. */
  readonly stopping: () => boolean
}

const patienceMs = 5000

/**
 * `/livez`: the process answers, and a restart would not help. `/readyz`: storage and index serve, and requests are
 * welcome; 503 otherwise.
 */
export function healthRouter({ storage, index, log, stopping }: HealthOptions): Router {
  const router = Router()
  router.get('/livez', (_request, response) => {
    response.set('cache-control', 'no-store').json({ status: 'alive' })
  })
  router.get('/readyz', async (_request, response) => {
    response.set('cache-control', 'no-store')
    const checks = { storage: await passes('storage', storage), index: await passes('index', index) }
    const ready = checks.storage && checks.index && !stopping()
    const status = stopping() ? 'stopping' : ready ? 'ready' : 'unavailable'
    response.status(ready ? 200 : 503).json({ status, ...checks })
  })
  return router

  async function passes(name: string, adapter: { check(): Promise<void> }): Promise<boolean> {
    try {
      await within(patienceMs, adapter.check())
      return true
    } catch (error) {
      log.warn({ adapter: name, reason: error instanceof Error ? error.message : String(error) }, 'not ready')
      return false
    }
  }
}

/** A disk that hangs is as good as none. */
async function within(ms: number, check: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  })
  await Promise.race([check, late]).finally(() => clearTimeout(timer))
}
