import { CreateBucketCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { instanceStorageContract } from '@sansfilm/adapter-contracts'
import { describeContract } from '@sansfilm/adapter-contracts/jest'
import type { InstanceStorage } from '@sansfilm/core/adapters'
import type { S3StorageOptions } from './options.ts'
import { s3Storage } from './s3-storage.ts'
import { startFaultyNetwork } from './testing/faulty-network.ts'
import { findRealStore, type RealStore } from './testing/real-store.ts'
import { collect, inChunks, MiB, makeBytes } from './testing/test-bytes.ts'

const found = findRealStore(process.env)

if (typeof found === 'string') {
  test.skip(`the contract holds on a real store [skipped: ${found}]`, () => {})
} else {
  describe('on a real store', () => {
    let store: RealStore
    let admin: S3Client
    const stamp = Date.now()
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
      const bucket = `sansfilm-test-${stamp}-${++buckets}`
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

    test('objects of many parts come back, whole and in ranges', async () => {
      const storage = await storageOnNewBucket()
      const bytes = makeBytes(27 * MiB + 5)
      expect(await storage.put('a/b', inChunks(bytes))).toEqual({ length: bytes.length })
      expect(Buffer.concat(await collect(await storage.get('a/b'))).equals(bytes)).toBe(true)
      const range = { offset: 8 * MiB - 10, length: 9 * MiB }
      const middle = bytes.subarray(range.offset, range.offset + range.length)
      expect(middle.equals(await storage.read('a/b', range))).toBe(true)
      await storage.close()
    })

    test('the store refuses bytes that have changed on their way', async () => {
      const network = await startFaultyNetwork(store.endpoint)
      const storage = await storageOnNewBucket({ endpoint: network.endpoint })
      const isWhole = (target: string) => target.includes('PutObject') && !target.includes('.uploads')
      network.fault = ({ target }) => (isWhole(target) || target.includes('partNumber=2') ? 'flip' : undefined)
      const refused = { code: 'unavailable', message: expect.stringContaining('SHA256Mismatch') }
      await expect(storage.put('a/b', inChunks(makeBytes(MiB)))).rejects.toMatchObject(refused)
      await expect(storage.put('a/c', inChunks(makeBytes(20 * MiB)))).rejects.toMatchObject(refused)
      expect(await collect(storage.list())).toEqual([])
      expect(await storage.sweepUnfinished(new Date(Date.now() + 1000))).toEqual({ removed: 0 })
      await storage.close()
      await network.close()
    })

    test('a sweep aborts the uploads that a killed process has left, and leaves those that show life', async () => {
      const network = await startFaultyNetwork(store.endpoint)
      const killed = await storageOnNewBucket({ endpoint: network.endpoint, maxAttempts: 1 })
      const source = inChunks(makeBytes(20 * MiB), (given) => {
        if (given > 17 * MiB) network.fault = () => ({ answer: 403, code: 'Killed' })
      })
      await expect(killed.put('a/b', source)).rejects.toMatchObject({ code: 'unavailable' })
      await killed.close()
      await network.close()

      const bucket = `sansfilm-test-${stamp}-${buckets}`
      const storage = s3Storage({ endpoint: store.endpoint, bucket, credentials: store.credentials })
      const uploads = () => admin.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: 'a/b' }))
      expect((await uploads()).Uploads).toHaveLength(1)
      expect(await storage.sweepUnfinished(new Date(Date.now() - 60_000))).toEqual({ removed: 0 })
      expect(await storage.sweepUnfinished(new Date(Date.now() + 60_000))).toEqual({ removed: 1 })
      expect((await uploads()).Uploads ?? []).toEqual([])
      await storage.close()
    })
  })
}
