import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, jest } from '@jest/globals'
import { type FaultyMedium, storageFaults } from '@sansfilm/adapter-contracts'
import { describeFaults } from '@sansfilm/adapter-contracts/jest'
import type { InstanceStorage } from '@sansfilm/core/adapters'
import { createFaultyFiles } from './testing/faulty-files.ts'

const faulty = createFaultyFiles()
jest.unstable_mockModule('node:fs', () => faulty.files)
jest.unstable_mockModule('node:fs/promises', () => faulty.promises)
const { filesystemStorage } = await import('./filesystem-storage.ts')

const root = mkdtempSync(join(tmpdir(), 'sansfilm-faults-'))
afterAll(() => rmSync(root, { recursive: true }))

const noNetwork = 'files are reached without a connection; a network file system that is gone is a torn write'
describeFaults('filesystemStorage', storageFaults, openFaultyFolder, {
  'lost connection': noNetwork,
  'busy store': noNetwork,
})

function openFaultyFolder(): FaultyMedium<InstanceStorage> {
  const directory = mkdtempSync(join(root, 'case-'))
  const open = () => filesystemStorage({ directory })
  const storage = open()
  return { ...faulty, adapter: storage, reopen: open, close: () => storage.close() }
}
