import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from '@jest/globals'
import { instanceStorageContract, packContract } from '@sansfilm/adapter-contracts'
import { describeContract } from '@sansfilm/adapter-contracts/jest'
import { filesystemStorage } from './filesystem-storage.ts'

const root = mkdtempSync(join(tmpdir(), 'sansfilm-storage-'))
afterAll(() => rmSync(root, { recursive: true }))

const create = () => filesystemStorage({ directory: mkdtempSync(join(root, 'case-')) })

describeContract('filesystemStorage', instanceStorageContract, create)
describeContract('filesystemStorage, packs', packContract, create)
