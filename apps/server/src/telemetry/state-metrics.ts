import { type Dicomweb, defaultPartition } from '@sansfilm/core'
import type { WorkerPoolState } from '@sansfilm/pixel-workers'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Readiness } from '../readiness.ts'
import { remembering } from '../remembering.ts'

/** What is read when the metrics are. */
export interface ReadState {
  readonly dicomweb: Pick<Dicomweb, 'backend' | 'keptDocuments'>
  readonly pixels: { state(): WorkerPoolState }
  readonly readiness: () => Promise<Readiness>
}

/** However many read: the totals of an archive are asked for so often at most. */
const totalsHoldMs = 15_000

/** Adds the state of the process and of the archive, as it is whenever the metrics are read. */
export function stateMetrics({ dicomweb, pixels, readiness }: ReadState, registers: Registry[]): void {
  gauges('sansfilm_ready', 'Whether the part serves: 1 or 0.', 'part', registers, async () => {
    const { storage, index } = await readiness()
    return { storage: Number(storage), index: Number(index) }
  })
  gauges(
    'sansfilm_pixel_work',
    'Images that are drawn or decoded, wait for it, and threads for it.',
    'state',
    registers,
    () => ({
      ...pixels.state(),
    }),
  )
  gauges('sansfilm_document_cache_bytes', 'Prepared answers kept in memory.', undefined, registers, () => ({
    '': dicomweb.keptDocuments().bytes,
  }))
  new Counter({
    name: 'sansfilm_document_cache_lookups_total',
    help: 'Prepared answers asked for, by whether they were kept or had to be made.',
    labelNames: ['result'],
    registers,
    collect() {
      const { hits, misses } = dicomweb.keptDocuments()
      this.reset()
      this.inc({ result: 'hit' }, hits)
      this.inc({ result: 'miss' }, misses)
    },
  })
  const { index } = dicomweb.backend
  const totals = remembering(
    async () => ({ ...(await index.statistics(defaultPartition).catch(() => ({}))) }),
    () => totalsHoldMs,
  )
  gauges('sansfilm_archive_size', 'What the archive holds: studies, series, instances, bytes.', 'of', registers, totals)
}

function gauges(
  name: string,
  help: string,
  label: string | undefined,
  registers: Registry[],
  read: () => Record<string, number> | Promise<Record<string, number>>,
): void {
  new Gauge({
    name,
    help,
    labelNames: label === undefined ? [] : [label],
    registers,
    async collect() {
      const values = await read()
      this.reset()
      for (const [key, value] of Object.entries(values)) this.set(label === undefined ? {} : { [label]: key }, value)
    },
  })
}
