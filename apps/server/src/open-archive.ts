import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ConflictPolicy } from '@sansfilm/core'
import type { ExtraAttributes, InstanceIndex, InstanceStorage } from '@sansfilm/core/adapters'
import { filesystemStorage } from '@sansfilm/storage-filesystem'
import type { ArchiveConfig } from './config.ts'
import { withFileLock } from './file-lock.ts'
import { nameOfDatabase } from './index-setting.ts'
import { indexFileIn, makeDataFolder, openIndex, refuseOldSchema } from './open-index.ts'
import { StartError } from './start-error.ts'
import type { StorageSetting } from './storage-setting.ts'

/** An archive in a data folder: the index in SQLite or a database, objects as files or in a bucket. */
export interface Archive {
  readonly storage: InstanceStorage
  readonly index: InstanceIndex
  readonly extraAttributes: ExtraAttributes
  readonly onConflict: ConflictPolicy
  /**
   * Runs what one process alone may do, of all that serve this archive: sweep, reindex, back-fill; and apart from those the
   * verification in the background, which does not stand in their way. `undefined` without
   * running it where another is at it. `lost` aborts when others may be at it all the same.
   */
  exclusively<Result>(
    action: (lost: AbortSignal) => Promise<Result>,
    work?: 'maintenance' | 'verification',
  ): Promise<Result | undefined>
  /** For what can be made again. */
  readonly cache: string
  close(): Promise<void>
}

/**
 * Opens the archive that lies in the data folder.
 * @param missing what to do when there is none: `create` it, or `fail`
 * @param shared a storage that is open already, and stays so
 * @throws StartError in plain words
 */
export async function openArchive(
  config: ArchiveConfig,
  missing: 'create' | 'fail',
  shared?: InstanceStorage,
): Promise<Archive> {
  const directory = join(config.data, 'objects')
  // Where objects lie in a bucket, or the index in a database, an empty folder is one among many.
  const isWhole = config.storage.kind === 'files' && config.index.kind === 'sqlite'
  const isEmpty = isWhole && !existsSync(indexFileIn(config.data)) && !existsSync(directory)
  if (missing === 'fail' && isEmpty) {
    throw new StartError(`There is no archive in ${config.data}. Name its folder with --data.`)
  }
  try {
    if (config.noMigrate) await refuseOldSchema(config)
    await makeDataFolder(config.data)
    const storage = shared ?? (await openStorage(config.storage, directory))
    const index = await openIndex(config)
    return {
      storage,
      index,
      extraAttributes: {
        study: config.studyAttributes,
        series: config.seriesAttributes,
        instance: config.instanceAttributes,
      },
      onConflict: config.onConflict,
      exclusively: (action, work = 'maintenance') => runAlone(config, action, work),
      cache: join(config.data, 'cache'),
      async close() {
        await index.close()
        if (shared === undefined) await storage.close()
      },
    }
  } catch (error) {
    throw inPlainWords(error, config)
  }
}

/** Why an archive cannot be opened, for the person who can do something about it. */
export function inPlainWords(error: unknown, { data, index }: Pick<ArchiveConfig, 'data' | 'index'>): StartError {
  if (error instanceof StartError) return error
  const reason = error instanceof Error ? error.message : String(error)
  const database = index.kind === 'postgres' ? ` with the index in ${nameOfDatabase(index)}` : ''
  return new StartError(`The archive in ${data}${database} cannot be opened: ${reason}`, { cause: error })
}

/** The client of S3 is large: loaded by those alone who use it. */
export async function openStorage(setting: StorageSetting, directory: string): Promise<InstanceStorage> {
  if (setting.kind === 'files') return filesystemStorage({ directory })
  const { s3Storage } = await import('@sansfilm/storage-s3')
  return s3Storage(setting.options)
}

/** Who shares an index in a database need not share a folder. */
async function runAlone<Result>(
  { data, index }: ArchiveConfig,
  action: (lost: AbortSignal) => Promise<Result>,
  work: 'maintenance' | 'verification',
): Promise<Result | undefined> {
  if (index.kind === 'sqlite') {
    return withFileLock(join(data, `${work}.lock`), () => action(new AbortController().signal))
  }
  const { withMaintenanceLock } = await import('@sansfilm/index-postgres')
  return withMaintenanceLock(index.options, action, work)
}
