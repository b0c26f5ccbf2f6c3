import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sqliteIndex } from '@sansfilm/index-sqlite'
import { runOperation } from '../commands/run-operation.ts'
import { type ArchiveConfig, type CommandSettings, ConfigError } from '../config.ts'
import { openStorage } from '../open-archive.ts'
import type { restoreOptions } from '../options.ts'
import { StartError } from '../start-error.ts'
import { copyBetween } from './copy-between.ts'
import { copySummary } from './copy-progress.ts'
import { copyIndex, listSnapshots } from './snapshots.ts'

/** What `sansfilm restore` is told beyond the archive. */
export type RestoreSettings = CommandSettings<typeof restoreOptions>

/** `sansfilm restore`: brings what a backup has, as of a snapshot, into the archive, which may serve meanwhile. */
export async function runRestore(config: ArchiveConfig, settings: RestoreSettings): Promise<number> {
  const { fromData, fromStorage, at, study, repair } = settings
  if (fromData === undefined) throw new ConfigError(['Name the folder of the backup with --from-data.'])
  if (fromData === config.data) throw new StartError('An archive is not restored from itself.')
  const file = await snapshotOf(fromData, at)
  return await runOperation(
    config,
    async ({ archive, signal, show }) => {
      // A copy of it is opened: a backup is only read, and may lie where nobody can write.
      const folder = await mkdtemp(join(config.data, '.restore-'))
      try {
        const snapshot = join(folder, 'index.sqlite')
        await copyIndex(file, snapshot)
        const index = sqliteIndex({ file: snapshot })
        const storage = await openStorage(fromStorage, join(fromData, 'objects'))
        try {
          const only = study === undefined ? undefined : (stored: { study: string }) => stored.study === study
          const report = await copyBetween({ index, storage }, archive, { result: 'union', only, repair, signal, show })
          await keepExtraAttributes(index, archive.index)
          console.error(copySummary(report))
          return report.problems === 0 ? 0 : 1
        } finally {
          await index.close()
          await storage.close()
        }
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
    'create',
  )
}

/** What a new index holds has the attributes that the backup knew; those that are configured since are for a back-fill. */
async function keepExtraAttributes(
  from: Pick<Awaited<ReturnType<typeof sqliteIndex>>, 'extraAttributes'>,
  to: Pick<Awaited<ReturnType<typeof sqliteIndex>>, 'extraAttributes' | 'setExtraAttributes'>,
): Promise<void> {
  const known = await from.extraAttributes()
  if (known !== undefined && (await to.extraAttributes()) === undefined) await to.setExtraAttributes(known)
}

/** @throws StartError where there is no such snapshot, with those there are */
async function snapshotOf(backup: string, at: string | undefined): Promise<string> {
  const snapshots = await listSnapshots(backup)
  const names = snapshots.map(({ name }) => name).join('\n  ')
  const found = at === undefined ? snapshots.at(-1) : snapshots.find(({ name }) => name === at)
  if (found !== undefined) return found.file
  if (snapshots.length === 0 && !existsSync(backup)) throw new StartError(`There is no backup in ${backup}.`)
  throw new StartError(
    snapshots.length === 0
      ? `The backup in ${backup} has no snapshot.`
      : `There is no snapshot ${at}. There are:\n  ${names}`,
  )
}
