import { afterAll, beforeAll, jest } from '@jest/globals'
import { instanceStorageContract, packContract, storageFaults } from '@sansfilm/adapter-contracts'
import { describeContract, describeFaults } from '@sansfilm/adapter-contracts/jest'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { s3Storage } from './s3-storage.ts'
import { openFaultyStore } from './testing/faulty-store.ts'

// What fails is tried again after a while, at each of many steps.
jest.setTimeout(120_000)

let server: FauxqsServer
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' })
})
afterAll(() => server.stop())

let buckets = 0
const optionsOfNew = () => {
  const bucket = `case-${++buckets}`
  server.createBucket(bucket)
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    bucket,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  }
}
const create = () => s3Storage(optionsOfNew())

describeContract('s3Storage', instanceStorageContract, create)
describeContract('s3Storage, packs', packContract, create)
describeFaults('s3Storage', storageFaults, () => openFaultyStore(optionsOfNew()), {})
