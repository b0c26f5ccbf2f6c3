import assert from 'node:assert/strict'
import type { InstanceStorage } from '@sansfilm/core/adapters'
import type { Contract } from './contract.ts'
import { inChunks, keysOf, makeBytes, readAll, same } from './instance-storage-support.ts'

const key = 'default/20260131/2359/59999-a'
const MiB = 1024 * 1024

export const putCases: Contract<InstanceStorage> = [
  {
    name: 'put stores the bytes, and says how many',
    async run(storage) {
      for (const [index, length] of [0, 1, 65_535, 65_536, 65_537, MiB, MiB + 1].entries()) {
        const bytes = makeBytes(length)
        assert.deepEqual(await storage.put(`a/${index}`, inChunks(bytes)), { length })
        assert(same(await readAll(await storage.get(`a/${index}`)), bytes), `${length} bytes come back`)
      }
    },
  },
  {
    name: 'put takes chunks of any size, empty ones too',
    async run(storage) {
      const bytes = makeBytes(5 * MiB + 3)
      for (const [index, size] of [bytes.length, 3 * MiB, 1000].entries()) {
        await storage.put(`a/${index}`, inChunks(bytes, size))
        assert(same(await readAll(await storage.get(`a/${index}`)), bytes), `chunks of ${size}`)
      }
      const empty = new Uint8Array(0)
      const source = async function* () {
        yield empty
        yield makeBytes(3)
        yield empty
      }
      assert.deepEqual(await storage.put('a/b', source()), { length: 3 })
    },
  },
  {
    name: 'put shows nothing before it resolves',
    async run(storage) {
      const source = async function* () {
        yield* inChunks(makeBytes(3 * MiB))
        await assert.rejects(storage.get(key), { name: 'AdapterError', code: 'not-found' })
        assert.deepEqual(await keysOf(storage.list()), [])
        yield makeBytes(1)
      }
      await storage.put(key, source())
      assert.deepEqual(await keysOf(storage.list()), [key])
    },
  },
  {
    name: 'put passes on the error of its source as it is, and leaves nothing',
    async run(storage) {
      for (const length of [0, 10, 3 * MiB]) {
        const failure = Object.assign(new Error('the client has gone'), { code: 'ENOSPC', errno: -28 })
        const source = async function* () {
          yield* inChunks(makeBytes(length))
          throw failure
        }
        await assert.rejects(storage.put(key, source()), (error) => error === failure)
        await assert.rejects(storage.get(key), { code: 'not-found' })
      }
      assert.deepEqual(await keysOf(storage.list()), [])
      assert.deepEqual(await storage.sweepUnfinished(new Date(Date.now() + 1000)), { removed: 0 })
      await storage.put(key, inChunks(makeBytes(4))) // the key is still new
    },
  },
  {
    name: 'put keeps concurrent objects apart',
    async run(storage) {
      const objects = Array.from({ length: 24 }, (_, index) => ({
        key: `p/${index % 3}/${index}`,
        bytes: makeBytes(1 + index * 100_003, index + 1),
      }))
      await Promise.all(objects.map(({ key, bytes }) => storage.put(key, inChunks(bytes, 10_000))))
      for (const { key, bytes } of objects) assert(same(await readAll(await storage.get(key)), bytes), key)
    },
  },
  {
    name: 'put refuses what is no key',
    async run(storage) {
      for (const hostile of [
        '../a',
        'a/../../b',
        '/etc/a',
        'a//b',
        '',
        '.',
        '..',
        'A',
        'a\\b',
        'a\0b',
        '.incoming/a',
      ]) {
        await assert.rejects(storage.put(hostile, inChunks(makeBytes(1))), TypeError, JSON.stringify(hostile))
      }
      assert.deepEqual(await keysOf(storage.list()), [])
    },
  },
  {
    name: 'sweepUnfinished leaves puts that are under way and objects alone',
    async run(storage) {
      await storage.put('a/done', inChunks(makeBytes(10)))
      const source = async function* () {
        yield* inChunks(makeBytes(3 * MiB))
        await storage.sweepUnfinished(new Date(Date.now() + 1000))
        yield makeBytes(1)
      }
      assert.deepEqual(await storage.put('a/slow', source()), { length: 3 * MiB + 1 })
      assert.deepEqual(await keysOf(storage.list()), ['a/done', 'a/slow'])
    },
  },
]
