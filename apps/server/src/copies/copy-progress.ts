import type { CopyArchiveReport, CopyProblem } from '@sansfilm/core'
import { formatBytes, formatCount, formatDuration } from '../import/format-amounts.ts'

/**
 * How far a copy is, at which rate, and how long it may take still.
 * @param total instances there were when it began
 * @param elapsed milliseconds
 */
export function copyProgressLine(report: CopyArchiveReport, total: number, elapsed: number): string {
  const { instances, unchanged, copied, bytes } = report
  const seconds = Math.max(elapsed / 1000, 0.001)
  const share = total === 0 ? 1 : Math.min((unchanged + copied + report.problems) / total, 1)
  return [
    `${formatCount(Math.min(instances, unchanged + copied))} of ${formatCount(total)} instances`,
    ...(share > 0 && share < 1 ? [`${formatDuration((elapsed / share) * (1 - share))} left`] : []),
    `${formatBytes(bytes)} copied`,
    `${formatBytes(bytes / seconds)}/s`,
    `${formatCount(Math.round(copied / seconds))} instances/s`,
  ].join('  ')
}

/** What a copy has done, in a sentence. */
export function copySummary({ instances, unchanged, copied, bytes, removed, problems }: CopyArchiveReport): string {
  return (
    `${formatCount(instances)} instances looked at: ${formatCount(copied)} copied (${formatBytes(bytes)}), ` +
    `${formatCount(unchanged)} were there, ${formatCount(removed)} removed, ${formatCount(problems)} left out.`
  )
}

/** For standard output. */
export function copyProblemLine({ stored, problem }: CopyProblem): string {
  return `${problem}\t${stored.study}/${stored.series}/${stored.instance}\t${stored.location.key}`
}
