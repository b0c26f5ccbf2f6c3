import { createDicomweb, type Dicomweb } from '@sansfilm/core'
import { postgresIndex } from '@sansfilm/index-postgres'
import { s3Storage } from '@sansfilm/storage-s3'
import { parseIndex } from '../../src/index-setting.ts'
import { parseStorage } from '../../src/storage-setting.ts'
import type { TestArchiveOptions } from '../support/test-archive.ts'
import type { SharedPlaces } from './shared-places.ts'

/** A service over what servers share, in this process. */
export async function openService(
  { env }: Pick<SharedPlaces, 'env'>,
  options: TestArchiveOptions,
): Promise<{ readonly dicomweb: Dicomweb; close(): Promise<void> }> {
  const index = parseIndex(env.SANSFILM_INDEX)
  const storage = parseStorage(env.SANSFILM_STORAGE)
  if (index.kind !== 'postgres' || storage.kind !== 's3') throw new Error('No places to share')
  const opened = { index: await postgresIndex(index.options), storage: s3Storage(storage.options) }
  return {
    dicomweb: createDicomweb({ ...opened, ...options }),
    async close() {
      await opened.index.close()
      await opened.storage.close()
    },
  }
}
