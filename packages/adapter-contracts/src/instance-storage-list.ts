import assert from 'node:assert/strict'
import type { InstanceStorage } from '@sansfilm/core/adapters'
import type { Contract } from './contract.ts'
import { collect, inChunks, keysOf, makeBytes, putAll } from './instance-storage-support.ts'

/** Ascending by their bytes: `-` and `.` come before `/`, `/` before digits, digits before letters. */
const ascending = ['a-b', 'a-b.c/x', 'a.b', 'a/0/1', 'a/0/10', 'a/0/2', 'a/0-1', 'a0/x', 'ab', 'b/0/0']

export const listCases: Contract<InstanceStorage> = [
  {
    name: 'list gives every object in ascending key order, with length and time',
    async run(storage) {
      const before = Date.now()
      await putAll(storage, [...ascending].reverse(), 123)
      const objects = await collect(storage.list())
      assert.deepEqual(
        objects.map(({ key }) => key),
        [...ascending].sort(),
      )
      for (const { key, length, modified } of objects) {
        assert.equal(length, 123, key)
        // File systems keep times to the millisecond, or worse to two seconds.
        assert(modified.getTime() >= before - 2000 && modified.getTime() <= Date.now() + 2000, key)
      }
    },
  },
  {
    name: 'list gives the objects whose key starts with the prefix, wherever it ends',
    async run(storage) {
      await putAll(storage, ascending)
      for (const prefix of [
        '',
        'a',
        'a/',
        'a/0',
        'a/0/',
        'a/0/1',
        'a-',
        'a0/x',
        'a0/x/',
        'c',
        '../',
        '/',
        '.incoming/',
      ]) {
        const expected = ascending.filter((key) => key.startsWith(prefix)).sort()
        assert.deepEqual(await keysOf(storage.list(prefix)), expected, `prefix ${JSON.stringify(prefix)}`)
      }
    },
  },
  {
    name: 'list gives hundreds one by one, and can be ended early',
    async run(storage) {
      const keys = Array.from({ length: 300 }, (_, index) => `p/${index % 2}/${String(index).padStart(5, '0')}`)
      for (let start = 0; start < keys.length; start += 50) {
        await Promise.all(keys.slice(start, start + 50).map((key) => storage.put(key, inChunks(makeBytes(1)))))
      }
      assert.deepEqual(await keysOf(storage.list()), [...keys].sort())
      for await (const { key } of storage.list('p/1/')) {
        assert.equal(key, 'p/1/00001')
        break
      }
    },
  },
  {
    name: 'list goes on when objects are deleted while it runs',
    async run(storage) {
      await putAll(storage, ['a/1', 'a/2', 'b/1', 'b/2'])
      const seen: string[] = []
      for await (const { key } of storage.list()) {
        seen.push(key)
        if (key === 'a/1') await Promise.all(['a/1', 'b/1', 'b/2'].map((gone) => storage.delete(gone)))
      }
      assert(seen.includes('a/1') && seen.includes('a/2'))
      assert.deepEqual(await keysOf(storage.list()), ['a/2'])
    },
  },
  {
    name: 'delete removes the object, and nothing where there is none',
    async run(storage) {
      await putAll(storage, ['a/b/c', 'a/b/d'])
      await storage.delete('a/b/c')
      await storage.delete('a/b/c')
      await storage.delete('a/b') // no object: keys lead through it
      await storage.delete('a/b/d/e')
      await storage.delete('x/y/z')
      assert.deepEqual(await keysOf(storage.list()), ['a/b/d'])
      await storage.delete('a/b/d')
      assert.deepEqual(await keysOf(storage.list()), [])
    },
  },
  {
    name: 'put and delete side by side lose nothing',
    async run(storage) {
      const rounds = Array.from({ length: 60 }, (_, index) => index)
      await Promise.all(
        rounds.map(async (round) => {
          const key = `same/folder/${round}`
          await storage.put(key, inChunks(makeBytes(100)))
          if (round % 5 !== 0) await storage.delete(key)
        }),
      )
      const kept = rounds.filter((round) => round % 5 === 0).map((round) => `same/folder/${round}`)
      assert.deepEqual(await keysOf(storage.list()), kept.sort())
    },
  },
  {
    name: 'check resolves while the storage works, and shows nothing',
    async run(storage) {
      await storage.check()
      assert.deepEqual(await keysOf(storage.list()), [])
      assert.deepEqual(await storage.sweepUnfinished(new Date(Date.now() + 1000)), { removed: 0 })
    },
  },
]
