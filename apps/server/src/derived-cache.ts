import { join } from 'node:path'
import { cacheInTiers } from '@sansfilm/core'
import type { DerivedCache } from '@sansfilm/core/adapters'
import { filesystemCache } from '@sansfilm/storage-filesystem'
import type { ServerConfig } from './config.ts'

/** What was drawn and transcoded: on this disk; the small of it in the bucket too, where objects lie in one. */
export interface KeptResults {
  readonly cache: DerivedCache
  /** Brings what other processes see too back into its bounds. */
  trim(): Promise<void>
  close(): Promise<void>
}

/** @param folder for what can be made again */
export async function openKeptResults(
  { storage, maxDerivedBytes: maxBytes }: Pick<ServerConfig, 'storage' | 'maxDerivedBytes'>,
  folder: string,
): Promise<KeptResults> {
  const near = filesystemCache({ directory: join(folder, 'derived'), maxBytes })
  if (storage.kind === 'files') return { cache: near, trim: async () => {}, close: async () => {} }
  const { s3Cache } = await import('@sansfilm/storage-s3')
  const far = s3Cache({ ...storage.options, maxBytes })
  return {
    cache: cacheInTiers(near, far),
    async trim() {
      await far.trim()
    },
    close: () => far.close(),
  }
}
