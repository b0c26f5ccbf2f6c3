import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { instanceStorageContract } from '@sansfilm/adapter-contracts'
import { describeContract } from '@sansfilm/adapter-contracts/jest'
import type { InstanceStorage } from '@sansfilm/core/adapters'
import type { S3StorageOptions } from './options.ts'
import { s3Storage } from './s3-storage.ts'
import { findRealStore, type RealStore } from './testing/real-store.ts'

const found = findRealStore(process.env)

if (typeof found === 'string') {
  test.skip(`the contract holds on a real store [skipped: ${found}]`, () => {})
} else {
  describe('on a real store', () => {
    let store: RealStore
    let admin: S3Client
    let buckets = 0

    beforeAll(async () => {
      store = await found.start()
      const { endpoint, credentials } = store
      admin = new S3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true })
    })
    afterAll(async () => {
      admin.destroy()
      await store.stop()
    })

    const storageOnNewBucket = async (options: Partial<S3StorageOptions> = {}): Promise<InstanceStorage> => {
      const bucket = `sansfilm-test-${Date.now()}-${++buckets}`
      await admin.send(new CreateBucketCommand({ Bucket: bucket }))
      return s3Storage({ endpoint: store.endpoint, bucket, credentials: store.credentials, ...options })
    }

    describeContract('s3Storage', instanceStorageContract, () => storageOnNewBucket())
    describeContract('s3Storage with a prefix', instanceStorageContract, () => storageOnNewBucket({ prefix: 'a/b-' }))

    test('wrong credentials are unavailable, and the message says why', async () => {
      const credentials = { ...store.credentials, secretAccessKey: 'not-the-secret' }
      const storage = await storageOnNewBucket({ credentials })
      await expect(storage.check()).rejects.toMatchObject({
        name: 'AdapterError',
        code: 'unavailable',
        message: 'Cannot write a probe (SignatureDoesNotMatch)',
      })
      await expect(storage.get('a/b')).rejects.toMatchObject({ code: 'unavailable' })
      await storage.close()
    })
  })
}
