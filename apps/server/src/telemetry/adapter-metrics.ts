import { AdapterError } from '@sansfilm/core'
import type { DerivedCache } from '@sansfilm/core/adapters'
import { Counter, Histogram, type Registry } from 'prom-client'
import type { CallWatch } from './watch-calls.ts'

/** Seconds: a look-up in SQLite takes less than the first. */
const buckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Measures what storage, index, renderer and transcoder take, and counts where they fail. */
export function adapterMetrics(registers: Registry[]): CallWatch {
  const names = ['adapter', 'operation'] as const
  const duration = new Histogram({
    name: 'sansfilm_adapter_duration_seconds',
    help: 'Operations of storage, index, renderer and transcoder; an iteration until its first item, a stream until it is open.',
    labelNames: names,
    buckets,
    registers,
  })
  const errors = new Counter({
    name: 'sansfilm_adapter_errors_total',
    help: 'Operations that failed, by what the adapter says: unavailable, not-found, out-of-resources, unsupported, damaged; other.',
    labelNames: [...names, 'code'],
    registers,
  })
  return (adapter, operation) => {
    const started = performance.now()
    return (failure) => {
      duration.observe({ adapter, operation }, (performance.now() - started) / 1000)
      if (failure === undefined) return
      errors.inc({ adapter, operation, code: failure instanceof AdapterError ? failure.code : 'other' })
    }
  }
}

/** Counts how often the cache on the disk was of use. */
export function countLookUps(cache: DerivedCache, registers: Registry[]): DerivedCache {
  const lookUps = new Counter({
    name: 'sansfilm_derived_cache_lookups_total',
    help: 'Rendered images, transcoded frames and documents looked for on the disk, by whether they were there.',
    labelNames: ['result'],
    registers,
  })
  return {
    put: (key, bytes) => cache.put(key, bytes),
    reuse: (bytes) => cache.reuse?.(bytes),
    async find(key) {
      const kept = await cache.find?.(key)
      // Where it does not find it, `get` is asked.
      if (kept !== undefined) lookUps.inc({ result: 'hit' })
      return kept
    },
    async get(key) {
      const bytes = await cache.get(key)
      lookUps.inc({ result: bytes === undefined ? 'miss' : 'hit' })
      return bytes
    },
  }
}
