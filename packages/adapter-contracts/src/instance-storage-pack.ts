import assert from 'node:assert/strict'
import type { InstanceStorage, ObjectLocation, Pack } from '@sansfilm/core/adapters'
import type { Contract } from './contract.ts'
import { keysOf, makeBytes, readAll, same } from './instance-storage-support.ts'

const KiB = 1024

/** Opens a pack whose objects are named `{prefix}0`, `{prefix}1` and so on. */
function open(storage: InstanceStorage, group: string, prefix: string): Pack {
  assert(storage.openPack !== undefined, 'the storage has packs')
  let next = 0
  return storage.openPack(group, () => `${prefix}${next++}`)
}

/** Appends as one request does: never more at once than may wait. */
async function appendAll(pack: Pack, pieces: readonly Uint8Array[]): Promise<readonly ObjectLocation[]> {
  const waiting: Promise<ObjectLocation>[] = []
  const done: ObjectLocation[] = []
  for (const piece of pieces) {
    // Memory that is used for something else as soon as the pack lets it go.
    const memory = Uint8Array.from(piece)
    const half = Math.floor(memory.length / 2)
    waiting.push(pack.append([memory.subarray(0, half), memory.subarray(half)], () => memory.fill(0)))
    if (waiting.length < pack.maxWaiting) continue
    pack.flush()
    done.push(...(await Promise.all(waiting.splice(0))))
  }
  pack.flush()
  return [...done, ...(await Promise.all(waiting))]
}

async function assertStored(
  storage: InstanceStorage,
  pieces: readonly Uint8Array[],
  locations: readonly ObjectLocation[],
): Promise<void> {
  for (const [index, piece] of pieces.entries()) {
    const location = locations[index]
    assert(location !== undefined)
    assert.equal(location.length, piece.length)
    assert(same(await storage.read(location.key, location), piece), `read gives piece ${index}`)
    assert(same(await readAll(await storage.get(location.key, location)), piece), `get gives piece ${index}`)
  }
}

/** What every `InstanceStorage` that has `openPack` promises of it. Each case takes an empty storage. */
export const packContract: Contract<InstanceStorage> = [
  {
    name: 'a pack stores each piece where it says',
    async run(storage) {
      const pieces = [1, 0, 100, 64 * KiB, 300 * KiB + 1, 1024 * KiB].map((length, seed) => makeBytes(length, seed))
      await assertStored(storage, pieces, await appendAll(open(storage, 'a', 'a/'), pieces))
    },
  },
  {
    name: 'pieces share objects, and the objects hold nothing else',
    async run(storage) {
      const pieces = Array.from({ length: 20 }, (_, seed) => makeBytes(5 * KiB + seed, seed))
      const locations = await appendAll(open(storage, 'a', 'a/'), pieces)
      await assertStored(storage, pieces, locations)
      const keys = await keysOf(storage.list())
      assert(keys.length < pieces.length, `${keys.length} objects`)
      assert.deepEqual([...new Set(locations.map(({ key }) => key))].sort(), keys)
      let bytes = 0
      for await (const { length } of storage.list()) bytes += length
      assert.equal(
        bytes,
        pieces.reduce((sum, { length }) => sum + length, 0),
      )
    },
  },
  {
    name: 'pieces of different groups share no object',
    async run(storage) {
      const [one, other] = [open(storage, 'a', 'a/'), open(storage, 'b', 'b/')]
      const [ones, others] = await Promise.all([
        appendAll(one, [makeBytes(10), makeBytes(20)]),
        appendAll(other, [makeBytes(10), makeBytes(20)]),
      ])
      for (const { key } of ones) assert(key.startsWith('a/'), key)
      for (const { key } of others) assert(key.startsWith('b/'), key)
    },
  },
  {
    name: 'a pack takes more after a flush, and packs at the same time keep their pieces apart',
    async run(storage) {
      const packs = Array.from({ length: 8 }, (_, index) => open(storage, 'a', `a/${index}-`))
      for (const round of [1, 2, 3]) {
        const pieces = packs.map((_, index) =>
          [1, 2, 3].map((each) => makeBytes(20_000 * each + index, 100 * round + 10 * index + each)),
        )
        const locations = await Promise.all(packs.map((pack, index) => appendAll(pack, pieces[index] ?? [])))
        for (const [index, each] of pieces.entries()) await assertStored(storage, each, locations[index] ?? [])
      }
    },
  },
  {
    name: 'an object that was read is read on when pieces have been added to it',
    async run(storage) {
      const pack = open(storage, 'a', 'a/')
      for (let seed = 0; seed < 5; seed++) {
        const pieces = [makeBytes(200 * KiB, seed)]
        await assertStored(storage, pieces, await appendAll(pack, pieces))
      }
    },
  },
  {
    name: 'what is appended after its object was deleted lies in another',
    async run(storage) {
      const pack = open(storage, 'a', 'a/')
      const [first] = await appendAll(pack, [makeBytes(10)])
      assert(first !== undefined)
      await storage.delete(first.key)
      const pieces = [makeBytes(20, 2)]
      await assertStored(storage, pieces, await appendAll(pack, pieces))
    },
  },
]
