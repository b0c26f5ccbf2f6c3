import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { type S3CacheOptions, s3Cache } from './s3-cache.ts'
import { s3Storage } from './s3-storage.ts'
import { type Fault, type FaultyNetwork, startFaultyNetwork } from './testing/faulty-network.ts'
import { collect, inChunks, makeBytes } from './testing/test-bytes.ts'

const key = `${'0123456789abcdef'.repeat(4)}-rendered`
const bytes = makeBytes(1000)

let store: FauxqsServer
let network: FaultyNetwork
let buckets = 0

beforeAll(async () => {
  store = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' })
})
afterAll(() => store.stop())
beforeEach(async () => {
  store.createBucket(`cache-${++buckets}`)
  network = await startFaultyNetwork(`http://127.0.0.1:${store.port}`)
})
afterEach(() => network.close())

const options = (more: Partial<S3CacheOptions> = {}): S3CacheOptions => ({
  endpoint: network.endpoint,
  bucket: `cache-${buckets}`,
  prefix: 'archive/',
  credentials: { accessKeyId: 'KEY', secretAccessKey: 'hush' },
  maxBytes: 1e6,
  ...more,
})

test('what one process puts, another gets', async () => {
  const [one, other] = [s3Cache(options()), s3Cache(options())]
  expect(await other.get(key)).toBeUndefined()
  await one.put(key, bytes)
  expect(bytes.equals((await other.get(key)) ?? Buffer.alloc(0))).toBe(true)
  expect(network.seen.at(-1)).toBe(`GET /archive/.derived/${key}`)
  await one.close()
  await other.close()
})

test('is not among the objects of the archive, for whoever lists or sweeps them', async () => {
  const [cache, storage] = [s3Cache(options()), s3Storage(options())]
  await cache.put(key, bytes)
  await storage.put('default/a', inChunks(bytes))
  expect((await collect(storage.list())).map(({ key }) => key)).toEqual(['default/a'])
  expect(await storage.sweepUnfinished(new Date(Date.now() + 1e6))).toEqual({ removed: 0 })
  expect(await cache.get(key)).toBeDefined()
  await cache.close()
  await storage.close()
})

test('keeps neither what is long, nor under a key of another form', async () => {
  const cache = s3Cache(options({ maxEntryBytes: 999 }))
  await cache.put(key, bytes)
  await cache.put('../escape', bytes.subarray(1))
  expect(await cache.get('../escape')).toBeUndefined()
  expect(network.seen).toEqual([])
  await cache.close()
})

test('does not take what another put that is longer than its own bound', async () => {
  const [generous, narrow] = [s3Cache(options()), s3Cache(options({ maxEntryBytes: 999 }))]
  await generous.put(key, bytes)
  expect(await narrow.get(key)).toBeUndefined()
  await generous.close()
  await narrow.close()
})

test('trim removes what is beyond its bound, and nothing where nothing is', async () => {
  const cache = s3Cache(options({ maxBytes: 2500 }))
  for (const digit of '12') await cache.put(digit + key, bytes)
  expect(await cache.trim()).toEqual({ removed: 0 })
  await cache.put(`3${key}`, bytes)
  expect((await cache.trim()).removed).toBeGreaterThan(0)
  expect(await cache.trim()).toEqual({ removed: 0 })
  await cache.close()
})

describe('a cache that fails keeps nothing, and rejects for nothing', () => {
  const faults: readonly (readonly [string, Fault])[] = [
    ['503', { answer: 503, code: 'SlowDown' }],
    ['403', { answer: 403, code: 'AccessDenied' }],
    ['no room', { answer: 507, code: 'XMinioStorageFull' }],
    ['a connection that breaks before the answer', { cutAnswerAfter: 0 }],
    ['a connection that breaks in the middle of it', { cutAnswerAfter: 500 }],
    ['silence', 'silence'],
  ]
  test.each(faults)('%s', async (_, fault) => {
    const cache = s3Cache(options())
    await cache.put(key, bytes)
    network.fault = () => fault
    const began = performance.now()
    expect(await cache.get(key)).toBeUndefined()
    await cache.put(`1${key}`, bytes)
    expect(performance.now() - began).toBeLessThan(6_000)
    network.fault = () => undefined
    expect(await cache.get(key)).toHaveLength(bytes.length)
    await cache.close()
  })

  test('a slow answer is waited for, within reason', async () => {
    const cache = s3Cache(options())
    await cache.put(key, bytes)
    network.fault = () => ({ delayMs: 300 })
    expect(await cache.get(key)).toHaveLength(bytes.length)
    network.fault = () => ({ delayMs: 30_000 })
    const waited = await Promise.race([cache.get(key), pause(10_000, 'still waiting')])
    expect(waited).toBeUndefined()
    await cache.close()
  })
})
