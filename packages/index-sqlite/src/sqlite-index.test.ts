import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { instanceIndexContract } from '@sansfilm/adapter-contracts'
import { describeContract } from '@sansfilm/adapter-contracts/jest'
import { sqliteIndex } from './sqlite-index.ts'

const folder = mkdtempSync(join(tmpdir(), 'sansfilm-index-'))
let files = 0

describeContract('sqliteIndex', instanceIndexContract, () => sqliteIndex({ file: join(folder, `${++files}.db`) }))
