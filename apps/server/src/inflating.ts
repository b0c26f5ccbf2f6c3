import { type InflateStoredReport, inflateStored, type Limits } from '@sansfilm/core'
import type { Archive } from './open-archive.ts'
import { type BackgroundOptions, runExclusively } from './run-exclusively.ts'

/**
 * Makes what reads of deflated instances want, for those that an older version has stored, while requests are served. Says
 * nothing where there are none.
 */
export async function inflateArchive(
  archive: Archive,
  { limits, ...options }: BackgroundOptions & { readonly limits: Limits },
): Promise<void> {
  const { log, signal } = options
  await runExclusively(archive, 'inflation', options, async () => {
    let report: InflateStoredReport = { inflated: 0, failed: 0 }
    await inflateStored(archive, {
      limits,
      signal,
      onProgress: (now) => {
        report = now
      },
      onProblem: ({ stored, cause }) => log.warn({ key: stored.location.key, reason: cause.message }, 'not inflated'),
    })
    if (report.inflated + report.failed > 0) log.info(report, 'inflated what was stored deflated')
  })
}
