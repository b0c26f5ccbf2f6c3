import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { Bucket } from './bucket.ts'
import { IncomingObject, PutContext } from './incoming-object.ts'
import { listObjects } from './list-objects.ts'
import { collect, inChunks, MiB, makeBytes } from './testing/test-bytes.ts'
import { UnfinishedUploads } from './unfinished-uploads.ts'

const soon = () => new Date(Date.now() + 1000)

let store: FauxqsServer
let bucket: Bucket
let unfinished: UnfinishedUploads
let buckets = 0

beforeAll(async () => {
  store = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' })
})
afterAll(() => store.stop())

beforeEach(() => {
  const name = `uploads-${++buckets}`
  store.createBucket(name)
  const credentials = { accessKeyId: 'KEY', secretAccessKey: 'SECRET' }
  bucket = new Bucket({ endpoint: `http://127.0.0.1:${store.port}`, bucket: name, credentials })
  unfinished = new UnfinishedUploads(bucket)
})
afterEach(() => {
  unfinished.close()
  bucket.close()
})

async function putInParts(key: string): Promise<void> {
  const object = new IncomingObject(key, new PutContext(bucket, unfinished))
  for await (const chunk of inChunks(makeBytes(9 * MiB))) await object.append(chunk)
  await object.finish()
}

const datesOf = async (): Promise<ReadonlyMap<string, Date>> =>
  new Map((await collect(listObjects(bucket, unfinished, ''))).map(({ key, modified }) => [key, modified]))

test('an upload that took long leaves its mark, by which the object is as young as its completion', async () => {
  await putInParts('a/1')
  await putInParts('a/2')
  await putInParts('a/3')
  const before = await datesOf()
  await pause(1100)
  // As Amazon has it, where an object is as old as the beginning of its upload.
  const upload = { ...(await unfinished.begin('a/2')), startedAt: performance.now() - 60_000 }
  await unfinished.complete(upload, async () => {})
  const after = await datesOf()
  expect([...after.keys()]).toEqual(['a/1', 'a/2', 'a/3'])
  expect(after.get('a/1')).toEqual(before.get('a/1'))
  expect(after.get('a/2')?.getTime()).toBeGreaterThanOrEqual((before.get('a/2')?.getTime() ?? 0) + 1000)
  expect(after.get('a/3')).toEqual(before.get('a/3'))
})

test('a sweep leaves what shows life, and what is its own', async () => {
  await unfinished.begin('a/1')
  const another = new UnfinishedUploads(bucket)
  expect(await another.sweep(new Date(Date.now() - 5000))).toEqual({ removed: 0 })
  expect(await unfinished.sweep(soon())).toEqual({ removed: 0 })
  expect(await another.sweep(soon())).toEqual({ removed: 1 })
  expect(await another.sweep(soon())).toEqual({ removed: 0 })
})

test('the mark of what has become an object goes without being counted', async () => {
  const upload = { ...(await unfinished.begin('a/1')), startedAt: performance.now() - 60_000 }
  await unfinished.complete(upload, () => unfinished.abort(upload))
  expect(await unfinished.sweep(soon())).toEqual({ removed: 0 })
})
