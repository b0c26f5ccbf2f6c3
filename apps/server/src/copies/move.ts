import { type CopyArchiveReport, defaultPartition, NotACopyError, verify } from '@sansfilm/core'
import type { ArchiveStatistics } from '@sansfilm/core/adapters'
import { type OperationRun, runOperation } from '../commands/run-operation.ts'
import { problemLine } from '../commands/verify.ts'
import type { ArchiveConfig, CommandSettings } from '../config.ts'
import { formatBytes, formatCount } from '../import/format-amounts.ts'
import { nameOfDatabase } from '../index-setting.ts'
import { type Archive, openArchive } from '../open-archive.ts'
import type { moveOptions } from '../options.ts'
import { StartError } from '../start-error.ts'
import { nameOfBucket } from '../storage-setting.ts'
import { copyBetween } from './copy-between.ts'
import { copySummary } from './copy-progress.ts'

/** What `sansfilm move` is told beyond the archive. */
export type MoveSettings = CommandSettings<typeof moveOptions>

/** While so many came during one pass, another follows: the last one, with the servers at rest, is to be short. */
const manyInstances = 1_000

/** Without `--verify`, this share of the target is read again. */
const sampleShare = 0.01

/** `sansfilm move`: makes the target what the archive is, and says how to switch over. */
export async function runMove(config: ArchiveConfig, settings: MoveSettings): Promise<number> {
  const targetConfig = targetOf(config, settings)
  return await runOperation(config, async (run) => {
    const target = await openArchive(targetConfig, 'create', sharedStorage(config, targetConfig, run.archive))
    try {
      return await moveInto(target, targetConfig, settings.verify, run)
    } catch (error) {
      if (error instanceof NotACopyError) throw new StartError(error.message)
      throw error
    } finally {
      await target.close()
    }
  })
}

async function moveInto(
  target: Archive,
  targetConfig: ArchiveConfig,
  verifyAll: boolean,
  { archive, signal, show }: OperationRun,
): Promise<number> {
  let report: CopyArchiveReport
  do {
    report = await copyBetween(archive, target, { result: 'mirror', signal, show })
    console.error(copySummary(report))
  } while (report.copied > manyInstances)
  const share = verifyAll ? 1 : sampleShare
  const verified = await verify(target, {
    share,
    signal,
    onProblem: (problem) => console.log(problemLine(problem)),
    onProgress: ({ instances, bytes }) =>
      show(() => `Verified ${formatCount(instances)} instances, ${formatBytes(bytes)}`),
  })
  const failed = verified.missing + verified.different + verified.unreadable
  console.error(
    `${verifyAll ? 'All' : `A sample of ${share * 100} %:`} ${formatCount(verified.instances)} instances ` +
      `(${formatBytes(verified.bytes)}) read again in the target, ${failed === 0 ? 'all as they were stored' : `${formatCount(failed)} objects are not`}.`,
  )
  const [before, after] = await Promise.all([archive, target].map(({ index }) => index.statistics(defaultPartition)))
  if (before === undefined || after === undefined) throw new Error('two archives were asked')
  console.error(`${countsTable(before, after)}\n\n${switchOver(targetConfig, isEqual(before, after))}`)
  return failed + report.problems === 0 ? 0 : 1
}

/** @throws StartError where nothing would move, or onto itself */
function targetOf(config: ArchiveConfig, { toData, toStorage, toIndex }: MoveSettings): ArchiveConfig {
  const target = {
    ...config,
    noMigrate: false, // its schema is made here
    data: toData ?? config.data,
    storage: toStorage ?? config.storage,
    index: toIndex ?? config.index,
  }
  if (indexName(target) === indexName(config)) {
    throw new StartError('The index would be copied onto itself. Name another with --to-index or --to-data.')
  }
  return target
}

/** Where objects stay where they are, both archives have one storage: only rows are copied. */
function sharedStorage(
  config: ArchiveConfig,
  target: ArchiveConfig,
  { storage }: Archive,
): Archive['storage'] | undefined {
  return storageName(config) === storageName(target) ? storage : undefined
}

function indexName({ data, index }: ArchiveConfig): string {
  return index.kind === 'sqlite' ? data : index.options.url
}

function storageName({ data, storage }: ArchiveConfig): string {
  return storage.kind === 'files' ? data : nameOfBucket(storage)
}

function countsTable(source: ArchiveStatistics, target: ArchiveStatistics): string {
  const names = ['studies', 'series', 'instances', 'bytes'] as const
  const line = (cells: readonly string[]) =>
    cells.map((cell, n) => (n === 0 ? cell.padEnd(10) : cell.padStart(20))).join('')
  return [
    line(['', 'source', 'target']),
    ...names.map((name) => line([name, formatCount(source[name]), formatCount(target[name])])),
  ].join('\n')
}

function isEqual(one: ArchiveStatistics, other: ArchiveStatistics): boolean {
  return one.instances === other.instances && one.series === other.series && one.studies === other.studies
}

/** What the person is to do next. */
function switchOver({ data, storage, index }: ArchiveConfig, equal: boolean): string {
  const where = storage.kind === 'files' ? '' : ` SANSFILM_STORAGE (${nameOfBucket(storage)})`
  const database = index.kind === 'sqlite' ? '' : ` SANSFILM_INDEX (${nameOfDatabase(index)})`
  return [
    equal
      ? 'The target has what the source had. If nothing was stored or deleted meanwhile, it is complete.'
      : 'Stores or deletions went on meanwhile: the target is nearly what the source is.',
    'To switch over:',
    '  1. Restart the servers of the source with --read-only. Reads go on; stores are refused for so long.',
    '  2. Run this command once more. It copies what came last, and is done when both columns agree.',
    `  3. Start servers on the target: SANSFILM_DATA (${data})${where}${database}. Then stop the old ones.`,
    'Keep the source until the target was verified: `sansfilm verify` reads every object of it.',
  ].join('\n')
}
