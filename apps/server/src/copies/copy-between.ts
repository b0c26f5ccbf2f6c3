import { type CopyArchiveOptions, type CopyArchiveReport, copyArchive, defaultPartition } from '@sansfilm/core'
import type { OperationRun } from '../commands/run-operation.ts'
import type { Archive } from '../open-archive.ts'
import { StartError } from '../start-error.ts'
import { copyProblemLine, copyProgressLine } from './copy-progress.ts'

/** What a command adds to the run of its operation. */
export type CopyBetweenOptions = Pick<OperationRun, 'show' | 'signal'> &
  Pick<CopyArchiveOptions, 'result' | 'keepObjects' | 'only' | 'repair'>

/**
 * Copies one archive into another with nobody else at work on the target; one line on standard output for each instance
 * that is left out.
 * @throws StartError where another process is at work there
 */
export async function copyBetween(
  source: Pick<Archive, 'storage' | 'index'>,
  target: Archive,
  { show, signal, ...options }: CopyBetweenOptions,
): Promise<CopyArchiveReport> {
  const { instances } = await source.index.statistics(defaultPartition)
  const began = performance.now()
  const report = await target.exclusively((lost) =>
    copyArchive(source, target, {
      ...options,
      signal: AbortSignal.any([lost, signal]),
      onProblem: (problem) => console.log(copyProblemLine(problem)),
      onProgress: (soFar) => show(() => copyProgressLine(soFar, instances, performance.now() - began)),
    }),
  )
  if (report === undefined) {
    throw new StartError('Another process is at work on the archive that is copied to. Try again when it is done.')
  }
  return report
}
