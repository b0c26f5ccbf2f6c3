import type { EventListener, Observe, VerifyProblem } from '@sansfilm/core'
import type { DerivedCache, InstanceIndex, InstanceStorage } from '@sansfilm/core/adapters'
import type { Logger } from 'pino'
import type { ServerConfig } from '../config.ts'
import type { SweepOutcome } from '../sweeping.ts'
import type { ReadState } from './state-metrics.ts'
import { watchCalls } from './watch-calls.ts'

/** What watches a server: metrics and traces, each where it is switched on. Where both are off nothing is watched. */
export interface Telemetry {
  readonly observe: Observe | undefined
  readonly listeners: readonly EventListener[]
  watchStorage(storage: InstanceStorage): InstanceStorage
  watchIndex(index: InstanceIndex): InstanceIndex
  watchCache(cache: DerivedCache): DerivedCache
  onSwept(outcome: SweepOutcome): void
  onDamaged(found: Pick<VerifyProblem, 'problem'>): void
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
  const watch = <Adapter extends object>(adapter: Adapter, name: string): Adapter =>
    calls.reduce((watched, call) => watchCalls(watched, name, call), adapter)
  return {
    observe: observers.length === 0 ? undefined : observers.reduce(around),
    listeners: metrics === undefined ? [] : [metrics.onEvent],
    watchStorage: (storage) => watch(storage, 'storage'),
    watchIndex: (index) => watch(index, 'index'),
    watchCache: (cache) => metrics?.watchCache(cache) ?? cache,
    onSwept: (outcome) => metrics?.onSwept(outcome),
    onDamaged: (found) => metrics?.onDamaged(found),
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
