import type { ArchiveConfig } from '../config.ts'
import { formatBytes, formatCount } from '../import/format-amounts.ts'
import { StartError } from '../start-error.ts'
import { sweepArchive } from '../sweeping.ts'
import { runOperation } from './run-operation.ts'

/** What `sansfilm sweep` is told beyond the archive. */
export interface SweepFlags {
  readonly dryRun?: boolean
  readonly evenIfIndexIsEmpty?: boolean
}

/** `sansfilm sweep`: removes what no instance refers to. */
export async function runSweep(config: ArchiveConfig, { dryRun, evenIfIndexIsEmpty }: SweepFlags): Promise<number> {
  return await runOperation(config, async ({ archive, signal, show }) => {
    const report = await sweepArchive(archive, {
      graceMs: config.sweepGrace,
      dryRun,
      evenIfIndexIsEmpty,
      signal,
      onProgress: ({ examined, removed }) =>
        show(() => `Examined ${formatCount(examined)} objects, removed ${formatCount(removed)}`),
    })
    if (report === undefined) {
      throw new StartError('Another process sweeps, reindexes or back-fills this archive. Try again when it is done.')
    }
    const { unfinished, examined, removed, removedBytes, indexIsEmpty } = report
    if (indexIsEmpty && !evenIfIndexIsEmpty) {
      console.error(
        'The index holds no instance, so no object was removed: it may have been lost, and `sansfilm reindex` brings it back. ' +
          'Where all was deleted on purpose, sweep with --even-if-index-is-empty.',
      )
    }
    console.error(
      `${formatCount(examined)} objects examined; ${formatCount(removed)} (${formatBytes(removedBytes)}) ` +
        `${dryRun === true ? 'would be removed' : 'removed'}, and ${formatCount(unfinished)} unfinished.`,
    )
    return 0
  })
}
