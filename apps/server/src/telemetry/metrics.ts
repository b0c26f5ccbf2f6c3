import type { Server } from 'node:http'
import type { EventListener, Observe } from '@sansfilm/core'
import type { DerivedCache } from '@sansfilm/core/adapters'
import type { Logger } from 'pino'
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { listen, portOf } from '../listen.ts'
import type { MaintenanceWatch } from '../maintenance-watch.ts'
import { version } from '../version.ts'
import { adapterMetrics, countLookUps } from './adapter-metrics.ts'
import { countEvents } from './event-metrics.ts'
import { maintenanceMetrics } from './maintenance-metrics.ts'
import { requestMetrics } from './request-metrics.ts'
import { type ReadState, stateMetrics } from './state-metrics.ts'
import type { CallWatch } from './watch-calls.ts'

/** What is measured. Labels are words of the program and numbers of the standard: few, and nobody's data. */
export interface Metrics {
  readonly observe: Observe
  readonly onEvent: EventListener
  readonly maintenance: MaintenanceWatch
  readonly watchCall: CallWatch
  watchCache(cache: DerivedCache): DerivedCache
  /** Listens. @throws StartError */
  start(state: ReadState): Promise<void>
  close(): Promise<void>
}

/** Metrics for Prometheus, on a port of their own: who may reach the archive need not see how it fares. */
export function createMetrics(address: { readonly host: string; readonly port: number }, log: Logger): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const build = { name: 'sansfilm_build_info', help: 'The version that runs.', labelNames: ['version'], registers }
  new Gauge(build).set({ version }, 1)
  let server: Server | undefined
  return {
    observe: requestMetrics(registers),
    onEvent: countEvents(registers),
    maintenance: maintenanceMetrics(registers),
    watchCall: adapterMetrics(registers),
    watchCache: (cache) => countLookUps(cache, registers),
    async start(state) {
      stateMetrics(state, registers)
      server = await listen(
        async (request, response) => {
          if (request.url !== '/metrics') return void response.writeHead(404).end()
          try {
            const text = await registry.metrics()
            response.writeHead(200, { 'content-type': registry.contentType, 'cache-control': 'no-store' }).end(text)
          } catch {
            response.writeHead(500).end()
          }
        },
        { ...address, maxUrlLength: 0 },
      )
      log.info({ metricsHost: address.host, metricsPort: portOf(server) }, 'metrics at /metrics')
    },
    async close() {
      server?.closeAllConnections()
      server?.close()
    },
  }
}
