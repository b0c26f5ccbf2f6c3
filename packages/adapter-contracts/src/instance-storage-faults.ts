import assert from 'node:assert/strict'
import type { InstanceStorage } from '@sansfilm/core/adapters'
import type { FailureCode, Fault, FaultCase, FaultyMedium } from './faults.ts'
import { inChunks, keysOf, makeBytes, readAll, same } from './instance-storage-support.ts'

const MiB = 1024 * 1024

/** Of one write, and of several. */
const lengths = [1000, 9 * MiB] as const

/** An adapter that asks the medium more often for one put is not looked at to its end. */
const maxSteps = 200

/**
 * What every `InstanceStorage` does when something goes wrong below it. Each case takes an empty storage.
 * @example describeFaults('memoryStorage', storageFaults, openFaultyMemory, { 'busy store': 'there is no store to ask' })
 */
export const storageFaults: readonly FaultCase<InstanceStorage>[] = [
  {
    fault: 'slow read',
    name: 'slow read: keeps no put and no list waiting, and is whole in the end',
    async run(medium) {
      const { adapter: storage } = medium
      for (const [index, length] of lengths.entries()) {
        const bytes = makeBytes(length)
        await storage.put(`a/${index}`, inChunks(bytes))
        await medium.inject('slow read', 1)
        let isOver = false
        const reads = Promise.all([
          storage.get(`a/${index}`).then(readAll),
          storage.read(`a/${index}`, { offset: 1, length: 500 }),
        ]).finally(() => {
          isOver = true
        })
        await storage.put(`b/${index}`, inChunks(bytes))
        assert((await keysOf(storage.list())).includes(`b/${index}`))
        assert.equal(isOver, false, 'the reads wait for the medium')
        assert(medium.hasMet(), 'the reads are slow')
        await medium.heal()
        const [whole, some] = await reads
        assert(same(whole, bytes), `${length} bytes come back`)
        assert(same(some, bytes.subarray(1, 501)), 'the range comes back')
      }
    },
  },
  putAtEveryStep('torn write'),
  putAtEveryStep('lost connection'),
  readAtEveryStep('lost connection'),
  putAtEveryStep('busy store'),
  readAtEveryStep('busy store'),
  putAtEveryStep('out of space', 'out-of-resources'),
]

/** The case that a fault happens at one step of a put after another. */
function putAtEveryStep(fault: Fault, code: FailureCode = 'unavailable'): FaultCase<InstanceStorage> {
  const others = fault === 'out of space' ? ', and what is there is read' : ''
  return {
    fault,
    name: `${fault}: at every step of a put, it shows all or nothing${others}`,
    run: (medium) => expectAllOrNothing(medium, fault, code),
  }
}

function readAtEveryStep(fault: Fault): FaultCase<InstanceStorage> {
  return {
    fault,
    name: `${fault}: a read is whole, or fails as unavailable`,
    run: (medium) => expectWholeReads(medium, fault),
  }
}

async function expectAllOrNothing(
  medium: FaultyMedium<InstanceStorage>,
  fault: Fault,
  code: FailureCode,
): Promise<void> {
  const { adapter: storage } = medium
  const before = makeBytes(10)
  await storage.put('kept/before', inChunks(before))
  const kept = ['kept/before']
  for (const length of lengths) {
    const bytes = makeBytes(length)
    for (let step = 1; ; step++) {
      assert(step <= maxSteps, `a put of ${length} bytes takes no more than ${maxSteps} steps`)
      const key = `p${length}/${step}`
      await medium.inject(fault, step)
      const [put] = await Promise.allSettled([storage.put(key, inChunks(bytes))])
      if (fault === 'out of space') assert(same(await storage.read('kept/before', { offset: 0, length: 10 }), before))
      await medium.heal()
      const hasMet = medium.hasMet()
      assert(hasMet || put.status === 'fulfilled', 'a put fails of nothing but the fault')
      if (put.status === 'rejected') await expectNothing(medium, key, put.reason, code)
      // The key is still new.
      if (put.status === 'rejected') await storage.put(key, inChunks(bytes))
      kept.push(key)
      await expectStored(medium, key, bytes)
      if (!hasMet) {
        assert(step > 1, 'the put has met the fault')
        break
      }
      await storage.delete(key)
      kept.pop()
    }
  }
  assert.deepEqual(await keysOf(storage.list()), kept.toSorted())
}

async function expectNothing(
  { adapter, reopen }: FaultyMedium<InstanceStorage>,
  key: string,
  failure: Error & { readonly code?: unknown },
  code: FailureCode,
): Promise<void> {
  assert.deepEqual([failure.name, failure.code], ['AdapterError', code], failure.stack)
  const later = await reopen()
  try {
    for (const storage of [adapter, later]) {
      await assert.rejects(storage.get(key), { name: 'AdapterError', code: 'not-found' })
      assert(!(await keysOf(storage.list())).includes(key), `${key} is not listed`)
    }
    await later.sweepUnfinished(new Date(Date.now() + 60_000))
    assert.deepEqual(await later.sweepUnfinished(new Date(Date.now() + 60_000)), { removed: 0 })
  } finally {
    if (later !== adapter) await later.close()
  }
}

async function expectStored(
  { adapter, reopen }: FaultyMedium<InstanceStorage>,
  key: string,
  bytes: Uint8Array,
): Promise<void> {
  const later = await reopen()
  try {
    for (const storage of [adapter, later]) assert(same(await readAll(await storage.get(key)), bytes), key)
  } finally {
    if (later !== adapter) await later.close()
  }
}

async function expectWholeReads(medium: FaultyMedium<InstanceStorage>, fault: Fault): Promise<void> {
  const { adapter: storage } = medium
  for (const [index, length] of lengths.entries()) {
    const bytes = makeBytes(length)
    const key = `a/${index}`
    await storage.put(key, inChunks(bytes))
    const reads = [
      { expected: bytes, read: async () => readAll(await storage.get(key)) },
      { expected: bytes.subarray(1, 501), read: () => storage.read(key, { offset: 1, length: 500 }) },
    ]
    for (const { expected, read } of reads) {
      for (let step = 1, hasMet = true; hasMet; step++) {
        assert(step <= maxSteps, `a read takes no more than ${maxSteps} steps`)
        await medium.inject(fault, step)
        const [outcome] = await Promise.allSettled([read()])
        await medium.heal()
        hasMet = medium.hasMet()
        if (outcome.status === 'fulfilled') assert(same(outcome.value, expected), 'the bytes that were stored')
        else assert.deepEqual([hasMet, outcome.reason.name, outcome.reason.code], [true, 'AdapterError', 'unavailable'])
        assert(hasMet || step > 1, 'the read has met the fault')
        assert(same(await read(), expected), 'it reads again when the fault is over')
      }
    }
  }
}
