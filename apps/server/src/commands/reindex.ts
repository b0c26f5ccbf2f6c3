import { type ReindexProblem, reindex } from '@sansfilm/core'
import type { ArchiveConfig } from '../config.ts'
import { formatBytes, formatCount } from '../import/format-amounts.ts'
import { StartError } from '../start-error.ts'
import { runOperation } from './run-operation.ts'

/** `sansfilm reindex`: one line on standard output for each object that got no row of its own. */
export async function runReindex(config: ArchiveConfig): Promise<number> {
  return await runOperation(config, async ({ archive, signal, show }) => {
    // A sweep meanwhile would take what has no row yet for what nobody refers to.
    const report = await archive.exclusively((lost) =>
      reindex(archive, {
        signal: AbortSignal.any([lost, signal]),
        onConflict: archive.onConflict,
        extraAttributes: archive.extraAttributes,
        onProblem: (problem) => console.log(problemLine(problem)),
        onProgress: ({ objects, bytes, added }) =>
          show(
            () => `Read ${formatCount(objects)} objects, ${formatBytes(bytes)}; ${formatCount(added)} instances added`,
          ),
      }),
    )
    if (report === undefined) {
      throw new StartError('Another process sweeps, reindexes or back-fills this archive. Try again when it is done.')
    }
    const { objects, added, unchanged, superseded, failed } = report
    console.error(
      `${formatCount(objects)} objects: ${formatCount(added)} instances added, ${formatCount(unchanged)} had a row already, ` +
        `${formatCount(superseded)} superseded, ${formatCount(failed)} cannot be indexed.`,
    )
    return failed === 0 ? 0 : 1
  })
}

function problemLine(problem: ReindexProblem): string {
  if (problem.type === 'not-indexed') return `not indexed\t${problem.key}\t${problem.cause.message}`
  return `superseded\t${problem.key}\tby ${problem.by}${problem.identical ? ' (the same bytes)' : ''}`
}
