import type { ArchiveConfig } from '../config.ts'
import { formatBytes, formatCount } from '../import/format-amounts.ts'
import { StartError } from '../start-error.ts'
import { compactArchive } from '../sweeping.ts'
import { runOperation } from './run-operation.ts'

/** What `sansfilm compact` is told beyond the archive. */
export interface CompactFlags {
  readonly dryRun?: boolean
}

/** `sansfilm compact`: lets the instances of a series share objects in its order, and leaves out what was deleted. */
export async function runCompact(config: ArchiveConfig, { dryRun }: CompactFlags): Promise<number> {
  return await runOperation(config, async ({ archive, signal, show }) => {
    const report = await compactArchive(archive, {
      graceMs: config.sweepGrace,
      dryRun,
      signal,
      onProgress: ({ packs, series, moved }) =>
        show(() => `Packs ${formatCount(packs)}, series ${formatCount(series)}, instances moved ${formatCount(moved)}`),
    })
    if (report === undefined) {
      throw new StartError('Another process sweeps, reindexes or back-fills this archive. Try again when it is done.')
    }
    const { packs, series, mergedBytes, moved, freedBytes } = report
    console.error(
      `${dryRun === true ? 'Would be done: ' : ''}${formatCount(packs)} packs written without ${formatBytes(freedBytes)} ` +
        `of deleted instances; ${formatCount(series)} series (${formatBytes(mergedBytes)}) merged; ` +
        `${formatCount(moved)} instances moved.`,
    )
    if (moved > 0 && dryRun !== true) console.error('A sweep removes what they have left, when the grace is over.')
    return 0
  })
}
