import { afterAll, beforeAll } from '@jest/globals'
import { instanceStorageContract, packContract } from '@sansfilm/adapter-contracts'
import { describeContract } from '@sansfilm/adapter-contracts/jest'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { s3Storage } from './s3-storage.ts'

let server: FauxqsServer
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' })
})
afterAll(() => server.stop())

let buckets = 0
const create = () => {
  const bucket = `case-${++buckets}`
  server.createBucket(bucket)
  return s3Storage({
    endpoint: `http://127.0.0.1:${server.port}`,
    bucket,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
}

describeContract('s3Storage', instanceStorageContract, create)
describeContract('s3Storage, packs', packContract, create)
