import type { EventListener, Observe } from '@sansfilm/core'
import type { DerivedCache } from '@sansfilm/core/adapters'
import type { Logger } from 'pino'
import type { ServerConfig } from '../config.ts'
import type { MaintenanceWatch } from '../maintenance-watch.ts'
import type { ReadState } from './state-metrics.ts'
import { watchCalls } from './watch-calls.ts'

/** What watches a server: metrics and traces, each where it is switched on. Where both are off nothing is watched. */
export interface Telemetry {
  readonly observe: Observe | undefined
  readonly listeners: readonly EventListener[]
  /** Told of what is done in the background. */
  readonly maintenance: MaintenanceWatch
  /** The adapter as it is, its operations watched under this name. */
  watch<Adapter extends object>(adapter: Adapter, name: 'storage' | 'index' | 'renderer' | 'transcoder'): Adapter
  watchCache(cache: DerivedCache): DerivedCache
  /** Begins to offer what was measured. @throws StartError */
  start(state: ReadState): Promise<void>
  /** Sends what was not sent yet, and ends. */
  close(): Promise<void>
}

/** Neither is loaded by a server that does not use it. */
export async function createTelemetry(config: ServerConfig, env: NodeJS.ProcessEnv, log: Logger): Promise<Telemetry> {
  const { metricsPort } = config
  const metrics =
    metricsPort === undefined
      ? undefined
      : (await import('./metrics.ts')).createMetrics({ host: config.metricsHost, port: metricsPort }, log)
  const { tracesWanted } = await import('./traces-setting.ts')
  const tracing = tracesWanted(env) ? (await import('./tracing.ts')).startTracing(env, log) : undefined
  const observers = [tracing?.observe, metrics?.observe].filter((observe) => observe !== undefined)
  const calls = [tracing?.watchCall, metrics?.watchCall].filter((watch) => watch !== undefined)
  return {
    observe: observers.length === 0 ? undefined : observers.reduce(around),
    listeners: metrics === undefined ? [] : [metrics.onEvent],
    maintenance: metrics?.maintenance ?? { onSwept() {}, onCompacted() {}, onDamaged() {}, onVerified() {} },
    watch: (adapter, name) => calls.reduce((watched, call) => watchCalls(watched, name, call), adapter),
    watchCache: (cache) => metrics?.watchCache(cache) ?? cache,
    start: async (state) => metrics?.start(state),
    async close() {
      await metrics?.close()
      await tracing?.close()
    },
  }
}

/** One around the other. */
function around(outer: Observe, inner: Observe): Observe {
  return (request, answer) =>
    outer(request, (watched, onMatched) =>
      inner(watched, (both, onMatchedInner) =>
        answer(both, (matched) => {
          onMatched(matched)
          onMatchedInner(matched)
        }),
      ),
    )
}
