import { AdapterError, claimStorage, endMirroring, ForeignStorageError } from '@sansfilm/core'
import type { Archive } from './open-archive.ts'
import { StartError } from './start-error.ts'

/**
 * Before anything is stored or deleted: makes sure that the objects are the index's own, and that no copy to it takes away
 * what it gets from now on. A storage that cannot be asked now is no
 * reason not to start: each sweep asks again.
 * @throws StartError where they belong to another index
 */
export async function claimArchive(archive: Pick<Archive, 'storage' | 'index'>): Promise<void> {
  await endMirroring(archive.index)
  try {
    await claimStorage(archive)
  } catch (error) {
    if (error instanceof ForeignStorageError) throw new StartError(`${error.message}.`)
    if (!(error instanceof AdapterError)) throw error
  }
}
