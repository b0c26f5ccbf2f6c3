import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDicomweb, type Dicomweb, type DicomwebOptions } from '@sansfilm/core'
import { toExpress } from '@sansfilm/express'
import { sqliteIndex } from '@sansfilm/index-sqlite'
import { filesystemStorage } from '@sansfilm/storage-filesystem'
import express from 'express'
import { startScaledService } from '../scaled/scaled-service.ts'
import { isScaled } from '../scaled/shared-places.ts'

/** An archive behind real HTTP. */
export interface TestArchive {
  /** Absolute URL of the DICOMweb root. */
  readonly root: string
  readonly dicomweb: Dicomweb
  close(): Promise<void>
}

/** Options of `createDicomweb`, but for storage and index. */
export type TestArchiveOptions = Omit<Partial<DicomwebOptions>, 'storage' | 'index'> & {
  /** The test is about a service that has no codecs. Elsewhere there may be some without their being asked for. */
  readonly withoutCodecs?: true
}

/**
 * Starts an archive on files and SQLite in a temporary folder; in the scaled set-up, one that several servers share.
 */
export async function startTestArchive(options: TestArchiveOptions = {}): Promise<TestArchive> {
  if (isScaled) return startScaledService(options)
  const directory = await mkdtemp(join(tmpdir(), 'sansfilm-test-'))
  const storage = await filesystemStorage({ directory: join(directory, 'objects') })
  const index = await sqliteIndex({ file: join(directory, 'index.sqlite') })
  const dicomweb = createDicomweb({ storage, index, ...options })
  const app = express()
  app.use('/dicom-web', toExpress(dicomweb))
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo // listening on TCP
  return {
    root: `http://127.0.0.1:${port}/dicom-web`,
    dicomweb,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await index.close()
      await storage.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
