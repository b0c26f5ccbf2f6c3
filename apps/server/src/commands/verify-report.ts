import { defaultPartition, readVerification, type Verification } from '@sansfilm/core'
import type { ArchiveConfig } from '../config.ts'
import { formatBytes, formatCount } from '../import/format-amounts.ts'
import { runOperation } from './run-operation.ts'

/** `sansfilm verify --report`: what the verification of the servers has found. Reads no object. */
export async function runVerifyReport(config: ArchiveConfig): Promise<number> {
  return await runOperation(config, async ({ archive: { index } }) => {
    const verification = await readVerification(index)
    if (verification === undefined) {
      console.error('No server has verified this archive yet: see --verify-budget of `sansfilm serve`.')
      return 0
    }
    const { instances } = await index.statistics(defaultPartition)
    for (const line of reportLines(verification, instances)) console.error(line)
    for (const { problem, study, series, instance, key, at } of verification.problems) {
      console.log(`${problem}\t${study}/${series}/${instance}\t${key}\t${at}`)
    }
    return verification.problems.length === 0 ? 0 : 1
  })
}

function reportLines({ round, lastRound, problems }: Verification, instances: number): readonly string[] {
  const amount = (of: { instances: number; bytes: number }) =>
    `${formatCount(of.instances)} instances, ${formatBytes(of.bytes)}`
  return [
    `Since ${round.since}: ${amount(round)} of ${formatCount(instances)} read.`,
    lastRound === undefined
      ? 'No round has come to its end yet.'
      : `The last whole round, from ${lastRound.since} to ${lastRound.until}: ${amount(lastRound)}.`,
    problems.length === 0
      ? 'All as they were stored.'
      : `${formatCount(problems.length)} objects are not as they were stored:`,
  ]
}
