import assert from 'node:assert/strict'
import type { InstanceStorage } from '@sansfilm/core/adapters'
import type { Contract } from './contract.ts'
import { inChunks, keysOf, makeBytes } from './instance-storage-support.ts'

/** Of storages that can be marked; the others have no `owner`. */
export const ownerCases: Contract<InstanceStorage> = [
  {
    name: 'an owner is written, replaced and read, and is no object',
    async run(storage) {
      const { owner } = storage
      if (owner === undefined) return
      assert.equal(await owner.read(), undefined)
      await owner.write('8d2a45f5-0c2b-4a67-8a53-0d0c5c6f2c10')
      assert.equal(await owner.read(), '8d2a45f5-0c2b-4a67-8a53-0d0c5c6f2c10')
      await owner.write('another')
      assert.equal(await owner.read(), 'another')
      await storage.put('a/b', inChunks(makeBytes(3)))
      assert.deepEqual(await keysOf(storage.list()), ['a/b'])
      await storage.sweepUnfinished(new Date(Date.now() + 1_000))
      await storage.delete('a/b')
      assert.equal(await owner.read(), 'another')
    },
  },
]
