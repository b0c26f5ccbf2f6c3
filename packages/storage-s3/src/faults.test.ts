import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { InstanceStorage } from '@sansfilm/core/adapters'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import type { S3StorageOptions } from './options.ts'
import { s3Storage } from './s3-storage.ts'
import { type Fault, type FaultyNetwork, type PassingRequest, startFaultyNetwork } from './testing/faulty-network.ts'
import { collect, inChunks, MiB, makeBytes } from './testing/test-bytes.ts'

const key = 'default/20260131/2359/59999-a'
const small = makeBytes(MiB)
const large = makeBytes(20 * MiB)

let store: FauxqsServer
let network: FaultyNetwork
let storage: InstanceStorage
let buckets = 0

beforeAll(async () => {
  store = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' })
})
afterAll(() => store.stop())

beforeEach(async () => {
  store.createBucket(`faults-${++buckets}`)
  network = await startFaultyNetwork(`http://127.0.0.1:${store.port}`)
  storage = openStorage(network.endpoint)
})
afterEach(async () => {
  await storage.close()
  await network.close()
})

function openStorage(endpoint: string, options: Partial<S3StorageOptions> = {}): InstanceStorage {
  return s3Storage({
    endpoint,
    bucket: `faults-${buckets}`,
    credentials: { accessKeyId: 'KEY', secretAccessKey: 'hush' },
    maxAttempts: 2,
    idleTimeoutMs: 1000,
    ...options,
  })
}

/** The fault for the first `times` requests that fit. */
function failing(times: number, fits: (request: PassingRequest) => boolean, fault: Fault): FaultyNetwork['fault'] {
  let left = times
  return (request) => (fits(request) && left-- > 0 ? fault : undefined)
}

const always = Number.POSITIVE_INFINITY
const everything = () => true
const isPut = ({ method, target }: PassingRequest) => method === 'PUT' && target === `/${key}?x-id=PutObject`
const isGet = ({ method }: PassingRequest) => method === 'GET'
const isPart = ({ target }: PassingRequest) => target.includes('partNumber=')
const isSecondPart = ({ target }: PassingRequest) => target.includes('partNumber=2')
const isCompletion = ({ method, target }: PassingRequest) => method === 'POST' && target.includes('uploadId=')

const slowDown = { answer: 503, code: 'SlowDown' } as const
const broken = { answer: 500, code: 'InternalError' } as const

/** What is there, and what a sweep finds, seen without faults. */
async function aftermath(): Promise<{ readonly objects: readonly string[]; readonly unfinished: number }> {
  network.fault = () => undefined
  const fresh = openStorage(network.endpoint)
  try {
    const objects = (await collect(fresh.list())).map((object) => object.key)
    const { removed } = await fresh.sweepUnfinished(new Date(Date.now() + 1000))
    return { objects, unfinished: removed }
  } finally {
    await fresh.close()
  }
}

const nothing = { objects: [], unfinished: 0 }

async function expectStored(bytes: Uint8Array): Promise<void> {
  network.fault = () => undefined
  expect(Buffer.concat(await collect(await storage.get(key))).equals(bytes)).toBe(true)
  expect(await aftermath()).toEqual({ objects: [key], unfinished: 0 })
}

describe('what passes is tried again', () => {
  test.each<[string, Fault]>([
    ['an answer that asks to slow down', slowDown],
    ['an internal error', broken],
    ['a connection that breaks within the request', { cutRequestAfter: 100_000 }],
    ['an answer that is lost', { cutAnswerAfter: 0 }],
    ['a store that says nothing', 'silence'],
  ])('%s', async (_, fault) => {
    network.fault = failing(1, isPut, fault)
    expect(await storage.put(key, inChunks(small))).toEqual({ length: small.length })
    network.fault = failing(1, isPart, fault)
    expect(await storage.put(key, inChunks(large))).toEqual({ length: large.length })
    await expectStored(large)
  })

  test('the completion whose answer is lost, after which there is no such upload', async () => {
    network.fault = failing(1, isCompletion, { cutAnswerAfter: 0 })
    expect(await storage.put(key, inChunks(large))).toEqual({ length: large.length })
    await expectStored(large)
  })

  test('reads, lists and deletions', async () => {
    await storage.put(key, inChunks(small))
    const once = () => failing(1, everything, broken)
    network.fault = once()
    expect(await storage.read(key, { offset: 5, length: 10 })).toEqual(small.subarray(5, 15))
    network.fault = once()
    expect(await collect(storage.list())).toHaveLength(1)
    network.fault = once()
    await storage.delete(key)
    expect(await aftermath()).toEqual(nothing)
  })
})

describe('what does not pass', () => {
  test('is unavailable, and names the reason but no secret', async () => {
    network.fault = failing(always, everything, slowDown)
    const failures = await Promise.allSettled([
      storage.put(key, inChunks(small)),
      storage.get(key),
      storage.read(key, { offset: 0, length: 1 }),
      storage.delete(key),
      storage.check(),
      collect(storage.list()),
      storage.sweepUnfinished(new Date()),
    ])
    for (const failure of failures) {
      expect(failure).toMatchObject({ status: 'rejected', reason: { name: 'AdapterError', code: 'unavailable' } })
      const said = failure.status === 'rejected' ? `${failure.reason.message} ${failure.reason.cause.stack}` : ''
      expect(said).toContain('SlowDown')
      expect(said).not.toContain('hush')
    }
    expect(await aftermath()).toEqual(nothing)
  })

  test.each<[string, Fault, string]>([
    ['a full store', { answer: 507, code: 'XMinioStorageFull' }, 'out-of-resources'],
    ['a quota that is used up', { answer: 403, code: 'QuotaExceeded' }, 'out-of-resources'],
    ['a refusal', { answer: 403, code: 'AccessDenied' }, 'unavailable'],
    ['a connection that always breaks', { cutRequestAfter: 50 }, 'unavailable'],
    ['answers that are always lost', { cutAnswerAfter: 0 }, 'unavailable'],
  ])('%s fails a put, and leaves nothing', async (_, fault, code) => {
    network.fault = failing(always, isPut, fault)
    await expect(storage.put(key, inChunks(small))).rejects.toMatchObject({ name: 'AdapterError', code })
    network.fault = failing(always, isSecondPart, fault)
    await expect(storage.put(key, inChunks(large))).rejects.toMatchObject({ name: 'AdapterError', code })
    network.fault = failing(always, isCompletion, fault)
    await expect(storage.put(key, inChunks(large))).rejects.toMatchObject({ name: 'AdapterError', code })
    expect(await aftermath()).toEqual(nothing)
  })

  test('a source that fails while parts go up is passed on as it is, and leaves nothing', async () => {
    const failure = new Error('the client has gone')
    network.fault = failing(always, isPart, { delayMs: 50 })
    const source = inChunks(large, (given) => {
      if (given > 17 * MiB) throw failure
    })
    await expect(storage.put(key, source)).rejects.toBe(failure)
    expect(network.seen).toContain(`DELETE /${key}`)
    expect(await aftermath()).toEqual(nothing)
  })

  test('a source is not pulled to its end for an upload that has failed', async () => {
    network.fault = failing(always, isPart, { answer: 403, code: 'AccessDenied' })
    let pulled = 0
    const source = inChunks(makeBytes(64 * MiB), async (given) => {
      pulled = given
      await pause(1)
    })
    await expect(storage.put(key, source)).rejects.toMatchObject({ code: 'unavailable' })
    expect(pulled).toBeLessThan(40 * MiB)
  })

  test('a store that takes nothing more from the middle on, not even an abort: what was left is found by the sweep of another process', async () => {
    const source = inChunks(large, (given) => {
      if (given > 17 * MiB) network.fault = failing(always, everything, { answer: 403, code: 'AccessDenied' })
    })
    await expect(storage.put(key, source)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await aftermath()).toEqual({ objects: [], unfinished: 1 })
    expect(await aftermath()).toEqual(nothing)
  })
})

test('a read is one request, and one more to learn why it fails', async () => {
  await storage.put(key, inChunks(small))
  network.seen.length = 0
  await storage.read(key, { offset: 1, length: 2 })
  expect(network.seen).toEqual([`GET /${key}`])
  await expect(storage.get('a/b')).rejects.toMatchObject({ code: 'not-found' })
  expect(network.seen.slice(1)).toEqual(['GET /a/b', 'GET /a/b'])
})

test('a store that ignores ranges is not believed', async () => {
  await storage.put(key, inChunks(small))
  network.fault = (request) => {
    delete request.headers.range
    return undefined
  }
  await expect(storage.read(key, { offset: 5, length: 10 })).rejects.toMatchObject({
    code: 'unavailable',
    message: 'The store does not answer with the range of bytes that was asked for',
  })
})

describe('a stream', () => {
  beforeEach(async () => {
    await storage.put(key, inChunks(large))
  })

  test('goes on over a new connection where one breaks, with the same object', async () => {
    const asked: (string | undefined)[] = []
    network.fault = (request) => {
      asked.push(request.headers.range)
      return isGet(request) && asked.length < 4 ? { cutAnswerAfter: 3 * MiB } : undefined
    }
    const bytes = Buffer.concat(await collect(await storage.get(key, { offset: 10, length: 18 * MiB })))
    expect(bytes.equals(large.subarray(10, 10 + 18 * MiB))).toBe(true)
    expect(asked).toHaveLength(4)
    expect(asked.at(-1)).toMatch(new RegExp(`^bytes=9\\d{6}-${10 + 18 * MiB - 1}$`))
  })

  test('fails as unavailable where no connection gets further', async () => {
    const stream = await storage.get(key)
    network.fault = failing(always, everything, broken)
    for (const response of network.open) response.destroy()
    await expect(collect(stream)).rejects.toMatchObject({ name: 'AdapterError', code: 'unavailable' })
  })

  test('of an object that is removed is never not found in the middle', async () => {
    network.fault = failing(1, isGet, { cutAnswerAfter: MiB })
    const stream = await storage.get(key)
    await storage.delete(key)
    await expect(collect(stream)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The object was removed while it was read',
    })
  })

  test('takes no more from the store than its reader does', async () => {
    network.answered = 0
    for await (const chunk of await storage.get(key)) {
      await pause(100)
      expect(network.answered).toBeLessThan(10 * MiB) // the buffers of two connections
      expect(chunk.length).toBeLessThan(MiB)
      break
    }
    await pause(50)
    expect(network.open.size).toBe(0) // the connection is let go
  })

  test('is unavailable while all connections are with slow readers, who do not keep puts and lists waiting', async () => {
    const narrow = openStorage(network.endpoint, { maxConnections: 1, idleTimeoutMs: 400 })
    const slow = (await narrow.get(key))[Symbol.asyncIterator]()
    let enough = false
    const reading = (async () => {
      while (!enough) {
        await slow.next()
        await pause(25)
      }
    })()
    await expect(narrow.get(key)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await collect(narrow.list())).toHaveLength(1)
    enough = true
    await reading
    await slow.return?.()
    expect(await narrow.read(key, { offset: 0, length: 5 })).toEqual(large.subarray(0, 5))
    await narrow.close()
  })

  test('that is never read lets its connection go, before its reader does and without harm', async () => {
    const impatient = openStorage(network.endpoint, { idleTimeoutMs: 300, maxAttempts: 5 })
    const stream = await impatient.get(key)
    await pause(600) // twice the time in which something has to move
    expect(network.open.size).toBe(0)
    expect(Buffer.concat(await collect(stream)).equals(large)).toBe(true)
    await impatient.close()
  })
})

test('a put has four parts on their way at most', async () => {
  let most = 0
  network.fault = (request) => {
    if (!isPart(request)) return undefined
    most = Math.max(most, network.open.size)
    return { delayMs: 50 }
  }
  const bytes = makeBytes(50 * MiB)
  expect(await storage.put(key, inChunks(bytes))).toEqual({ length: bytes.length })
  expect(most).toBeGreaterThan(1)
  expect(most).toBeLessThanOrEqual(4)
  await expectStored(bytes)
})
