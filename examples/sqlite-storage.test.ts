import { instanceStorageContract } from '@sansfilm/adapter-contracts'
import { describeContract } from '@sansfilm/adapter-contracts/jest'
import { sqliteStorage } from './sqlite-storage.ts'

describeContract('sqliteStorage', instanceStorageContract, () => sqliteStorage({ file: ':memory:' }))
