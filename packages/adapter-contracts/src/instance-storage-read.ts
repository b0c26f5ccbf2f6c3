import assert from 'node:assert/strict'
import type { ByteRange, InstanceStorage } from '@sansfilm/core/adapters'
import type { Contract } from './contract.ts'
import { collect, inChunks, makeBytes, readAll, same } from './instance-storage-support.ts'

const key = 'default/20260131/2359/59999-a'
const MiB = 1024 * 1024

/** Around the ends of an object and of the buffers an adapter may use. */
const rangesOf = (length: number): readonly ByteRange[] => [
  { offset: 0, length },
  { offset: 0, length: 0 },
  { offset: 0, length: 1 },
  { offset: length - 1, length: 1 },
  { offset: length, length: 1 },
  { offset: length + 1000, length: 10 },
  { offset: length - 10, length: 1000 },
  { offset: 1, length: length * 2 },
  { offset: 0, length: 2 ** 40 },
  { offset: 65_535, length: 65_537 },
]

export const readCases: Contract<InstanceStorage> = [
  {
    name: 'get streams large objects in pieces',
    async run(storage) {
      const bytes = makeBytes(9 * MiB + 1)
      await storage.put(key, inChunks(bytes, MiB))
      const chunks = await collect(await storage.get(key))
      assert(chunks.length > 4, 'not in one piece')
      assert(same(Buffer.concat(chunks), bytes), 'the bytes come back')
    },
  },
  {
    name: 'get and read give ranges, and fewer bytes past the end',
    async run(storage) {
      const bytes = makeBytes(4 * MiB + 5)
      await storage.put(key, inChunks(bytes))
      for (const range of rangesOf(bytes.length)) {
        const expected = bytes.subarray(range.offset, range.offset + range.length)
        const what = `${range.length} from ${range.offset}`
        assert(same(await readAll(await storage.get(key, range)), expected), `get ${what}`)
        assert(same(await storage.read(key, range), expected), `read ${what}`)
      }
    },
  },
  {
    name: 'get and read refuse what is no range',
    async run(storage) {
      await storage.put(key, inChunks(makeBytes(10)))
      for (const [offset, length] of [
        [-1, 2],
        [0, -1],
        [0.5, 1],
        [0, Number.NaN],
      ] as const) {
        await assert.rejects(storage.get(key, { offset, length }), RangeError)
        await assert.rejects(storage.read(key, { offset, length }), RangeError)
      }
    },
  },
  {
    name: 'get and read reject not-found before the first byte',
    async run(storage) {
      await storage.put('a/b/c', inChunks(makeBytes(10)))
      const notFound = { name: 'AdapterError', code: 'not-found' }
      for (const absent of ['a', 'a/b', 'a/b/d', 'a/b/c/d', 'b']) {
        await assert.rejects(storage.get(absent), notFound, absent)
        await assert.rejects(storage.get(absent, { offset: 0, length: 1 }), notFound, absent)
        await assert.rejects(storage.read(absent, { offset: 0, length: 1 }), notFound, absent)
      }
    },
  },
  {
    name: 'get and read refuse what is no key',
    async run(storage) {
      for (const hostile of ['../a', 'a/../b', '/etc/passwd', '', '.', 'a\0']) {
        await assert.rejects(storage.get(hostile), TypeError)
        await assert.rejects(storage.read(hostile, { offset: 0, length: 1 }), TypeError)
        await assert.rejects(storage.delete(hostile), TypeError)
      }
    },
  },
  {
    name: 'get can be ended early, before the first pull too, and read again',
    async run(storage) {
      const bytes = makeBytes(3 * MiB)
      await storage.put(key, inChunks(bytes))
      for (let round = 0; round < 50; round++) {
        for await (const chunk of await storage.get(key)) {
          assert(chunk.length < bytes.length)
          break
        }
        const unread = (await storage.get(key))[Symbol.asyncIterator]()
        await unread.return?.()
        assert.equal((await unread.next()).done, true)
      }
      assert(same(await readAll(await storage.get(key)), bytes))
    },
  },
  {
    name: 'get goes on to the end when the object is deleted meanwhile',
    async run(storage) {
      const bytes = makeBytes(3 * MiB)
      await storage.put(key, inChunks(bytes))
      const stream = await storage.get(key)
      await storage.delete(key)
      assert(same(await readAll(stream), bytes))
      await assert.rejects(storage.get(key), { code: 'not-found' })
    },
  },
  {
    name: 'memory that is given back to be used again never shows in what others still hold',
    async run(storage) {
      const objects = Array.from({ length: 6 }, (_, n) => ({ key: `a/${n}`, bytes: makeBytes(MiB + n * 1000, n) }))
      for (const { key, bytes } of objects) await storage.put(key, inChunks(bytes))
      const readers = Array.from({ length: 24 }, async (_, n) => {
        const { key, bytes } = objects[n % objects.length] as (typeof objects)[number] // of a remainder
        for (let round = 0; round < 4; round++) {
          const chunks: Uint8Array[] = []
          for await (const chunk of await storage.get(key)) chunks.push(chunk)
          chunks.push(await storage.read(key, { offset: 0, length: 300_000 + n }))
          await new Promise((resolve) => setTimeout(resolve, (n * 7) % 20))
          const expected = [bytes, bytes.subarray(0, 300_000 + n)]
          assert(same(Buffer.concat(chunks), Buffer.concat(expected)), `reader ${n} in round ${round}`)
          // Some keep what they have, some give back the same twice.
          if (n % 3 > 0) for (const chunk of chunks) storage.reuse?.(chunk)
          if (n % 3 > 1) for (const chunk of chunks) storage.reuse?.(chunk)
        }
      })
      await Promise.all(readers)
    },
  },
  {
    name: 'what was read is the reader’s to change',
    async run(storage) {
      const bytes = makeBytes(100_000)
      await storage.put(key, inChunks(bytes))
      for await (const chunk of await storage.get(key)) chunk.fill(0)
      const read = await storage.read(key, { offset: 0, length: 10 })
      read.fill(0)
      assert(same(await readAll(await storage.get(key)), bytes))
    },
  },
]
