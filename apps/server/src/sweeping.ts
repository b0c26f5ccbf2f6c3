import {
  type CompactOptions,
  type CompactReport,
  compact,
  type SweepOptions,
  type SweepReport,
  sweep,
} from '@sansfilm/core'
import type { Logger } from 'pino'
import type { MaintenanceWatch } from './maintenance-watch.ts'
import type { Archive } from './open-archive.ts'
import { pause } from './pause.ts'
import { describeError } from './problem.ts'

/** Sweeps; `undefined` when another process is sweeping or reindexing the archive. */
export async function sweepArchive(
  archive: Archive,
  options: SweepOptions & { readonly signal: AbortSignal },
): Promise<SweepReport | undefined> {
  return await archive.exclusively((lost) =>
    sweep(archive, { ...options, signal: AbortSignal.any([lost, options.signal]) }),
  )
}

/** Merged by one run, at most: some gigabytes an hour, for the bucket and the network to be there for others. */
const maxMergedBytes = 32 * 1024 ** 3

/** Compacts; `undefined` when another process is sweeping or reindexing the archive. */
export async function compactArchive(
  archive: Archive,
  options: CompactOptions & { readonly signal: AbortSignal },
): Promise<CompactReport | undefined> {
  return await archive.exclusively((lost) =>
    compact(archive, { ...options, signal: AbortSignal.any([lost, options.signal]) }),
  )
}

/**
 * Writes packs anew from which instances were withdrawn, and merges series that came since. What fails is logged, and the next
 * sweep tries again.
 */
async function compactSwept(
  archive: Archive,
  { graceMs, log, signal, onCompacted }: Pick<PeriodicSweep, 'graceMs' | 'log' | 'signal' | 'onCompacted'>,
): Promise<void> {
  try {
    const report = await compactArchive(archive, { graceMs, series: 'new', maxMergedBytes, signal })
    if (report === undefined || report.moved === 0) return
    log.info(report, 'compacted')
    onCompacted(report)
  } catch (error) {
    if (!signal.aborted) log.error({ error: describeError(error) }, 'the compaction failed')
  }
}

/** How often to sweep, and who is told. */
export interface PeriodicSweep {
  readonly intervalMs: number
  readonly graceMs: number
  readonly log: Logger
  readonly signal: AbortSignal
  /** Done after each sweep, by the process that swept. */
  readonly trim: () => Promise<void>
  readonly onSwept: MaintenanceWatch['onSwept']
  readonly onCompacted: MaintenanceWatch['onCompacted']
}

/**
 * Sweeps now, and then every `intervalMs`, until `signal` aborts. Resolves when the last sweep is over; a sweep that
 * fails is logged, and the next tries again.
 */
export async function sweepPeriodically(
  archive: Archive,
  { intervalMs, graceMs, log, signal, trim, onSwept, onCompacted }: PeriodicSweep,
): Promise<void> {
  if (intervalMs === 0) return
  while (!signal.aborted) {
    try {
      const removed = await sweepArchive(archive, { graceMs, signal })
      if (removed === undefined) log.info('not swept: another process is at work on this archive')
      else log.info(removed, 'swept')
      onSwept(removed ?? 'elsewhere')
      if (removed !== undefined) await trim()
      if (removed?.indexIsEmpty === false) await compactSwept(archive, { graceMs, log, signal, onCompacted })
    } catch (error) {
      if (!signal.aborted) {
        log.error({ error: describeError(error) }, 'the sweep failed')
        onSwept('failed')
      }
    }
    await pause(intervalMs, signal)
  }
}
