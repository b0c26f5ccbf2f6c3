import type { ArchiveConfig } from '../config.ts'
import { inPlainWords } from '../open-archive.ts'
import { makeDataFolder, openIndex, readSchema } from '../open-index.ts'

/** What `sansfilm migrate` is told beyond the archive. */
export interface MigrateFlags {
  readonly check?: boolean
}

/**
 * `sansfilm migrate`: brings the schema of the index up to date, and does nothing else; objects are not looked at.
 * With `--check` it only tells, and the exit status is 1 where something is due.
 * @throws StartError
 */
export async function runMigrate(config: ArchiveConfig, { check }: MigrateFlags): Promise<number> {
  try {
    const { taken, known } = await readSchema(config)
    const isDue = taken < known
    if (check === true) {
      console.error(isDue ? `Due: from schema ${taken} to ${known}.` : `Nothing is due: schema ${taken}.`)
      return isDue ? 1 : 0
    }
    await makeDataFolder(config.data)
    // Also where nothing is due: it refuses a database that cannot be used, and an index of a later version.
    const index = await openIndex(config)
    await index.close()
    console.error(isDue ? `Migrated from schema ${taken} to ${known}.` : `Nothing was due: schema ${taken}.`)
    return 0
  } catch (error) {
    throw inPlainWords(error, config)
  }
}
