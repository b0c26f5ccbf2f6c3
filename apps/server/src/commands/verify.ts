import { type VerifyProblem, verify } from '@sansfilm/core'
import type { ArchiveConfig } from '../config.ts'
import { formatBytes, formatCount } from '../import/format-amounts.ts'
import { runOperation } from './run-operation.ts'

/** `sansfilm verify`: one line on standard output for each object that is not as it was stored. */
export async function runVerify(config: ArchiveConfig): Promise<number> {
  return await runOperation(config, async ({ archive, signal, show }) => {
    const { instances, bytes, missing, different, unreadable } = await verify(archive, {
      signal,
      onProblem: (problem) => console.log(problemLine(problem)),
      onProgress: (report) =>
        show(() => `Verified ${formatCount(report.instances)} instances, ${formatBytes(report.bytes)}`),
    })
    const problems = missing + different + unreadable
    const found =
      problems === 0
        ? 'all as they were stored'
        : `${formatCount(missing)} missing, ${formatCount(different)} different, ${formatCount(unreadable)} unreadable`
    console.error(`${formatCount(instances)} instances verified (${formatBytes(bytes)}): ${found}.`)
    return problems === 0 ? 0 : 1
  })
}

/** For standard output. */
export function problemLine({ stored, key, problem, cause }: VerifyProblem): string {
  const reason = cause === undefined ? '' : `\t${cause.message}`
  return `${problem}\t${stored.study}/${stored.series}/${stored.instance}\t${key}${reason}`
}
