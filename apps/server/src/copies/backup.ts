import { NotACopyError, type SweepReport, sweep } from '@sansfilm/core'
import type { ObjectKey } from '@sansfilm/core/adapters'
import { sqliteIndex } from '@sansfilm/index-sqlite'
import { type OperationRun, runOperation } from '../commands/run-operation.ts'
import { type ArchiveConfig, type CommandSettings, ConfigError } from '../config.ts'
import { formatBytes, formatCount } from '../import/format-amounts.ts'
import { type Archive, openArchive } from '../open-archive.ts'
import type { backupOptions } from '../options.ts'
import { StartError } from '../start-error.ts'
import { copyBetween } from './copy-between.ts'
import { copySummary } from './copy-progress.ts'
import { dropOldSnapshots, type Snapshot, takeSnapshot } from './snapshots.ts'

/** What `sansfilm backup` is told beyond the archive. */
export type BackupSettings = CommandSettings<typeof backupOptions>

/**
 * `sansfilm backup`: a backup is an archive, with its index in SQLite, and with snapshots of that. What the archive deleted
 * leaves the index of the backup; its bytes stay for as long as a snapshot refers to them.
 */
export async function runBackup(config: ArchiveConfig, settings: BackupSettings): Promise<number> {
  const { toData, toStorage, keep } = settings
  if (toData === undefined) throw new ConfigError(['Name the folder of the backup with --to-data.'])
  if (toData === config.data) throw new StartError('A backup in the folder of the archive would be lost with it.')
  const backupConfig: ArchiveConfig = {
    ...config,
    data: toData,
    storage: toStorage,
    index: { kind: 'sqlite' },
    noMigrate: false,
  }
  return await runOperation(config, async (run) => {
    const problems = await bringUpToDate(backupConfig, run)
    const { name } = await takeSnapshot(toData, new Date())
    const { kept, dropped } = await dropOldSnapshots(toData, keep)
    console.error(`Snapshot ${name}. ${formatCount(kept.length)} are kept, ${formatCount(dropped)} removed.`)
    if (dropped > 0) await removeUnneeded(backupConfig, kept, run)
    return problems === 0 ? 0 : 1
  })
}

async function bringUpToDate(config: ArchiveConfig, { archive, signal, show }: OperationRun): Promise<number> {
  const backup = await openArchive(config, 'create')
  try {
    const report = await copyBetween(archive, backup, { result: 'mirror', keepObjects: true, signal, show })
    console.error(copySummary(report))
    return report.problems
  } catch (error) {
    if (error instanceof NotACopyError) throw new StartError(error.message)
    throw error
  } finally {
    await backup.close()
  }
}

/** Removes the objects of a backup that none of its snapshots refers to. */
async function removeUnneeded(
  config: ArchiveConfig,
  snapshots: readonly Snapshot[],
  { signal, show }: OperationRun,
): Promise<void> {
  const backup = await openArchive(config, 'create')
  try {
    const report = await backup.exclusively((lost) =>
      sweepBut(backup, snapshots, config.sweepGrace, AbortSignal.any([lost, signal]), show),
    )
    if (report === undefined) return
    console.error(
      `${formatCount(report.removed)} objects (${formatBytes(report.removedBytes)}) that no snapshot needs were removed.`,
    )
  } finally {
    await backup.close()
  }
}

async function sweepBut(
  { storage, index }: Archive,
  snapshots: readonly Snapshot[],
  graceMs: number,
  signal: AbortSignal,
  show: OperationRun['show'],
): Promise<SweepReport> {
  const indexes = snapshots.map(({ file }) => sqliteIndex({ file }))
  try {
    const references = async (keys: readonly ObjectKey[]) => {
      const found = await Promise.all([index, ...indexes].map((one) => one.references(keys)))
      return new Set(found.flatMap((set) => [...set]))
    }
    const onProgress = ({ examined }: SweepReport) => show(() => `Examined ${formatCount(examined)} objects`)
    const instancesIn = async (keys: readonly ObjectKey[]) => {
      const found = await Promise.all([index, ...indexes].map((one) => one.instancesIn(keys)))
      return found.flat()
    }
    return await sweep({ storage, index: { ...index, references, instancesIn } }, { graceMs, signal, onProgress })
  } finally {
    for (const one of indexes) await one.close()
  }
}
