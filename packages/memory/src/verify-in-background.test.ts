import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from '@jest/globals'
import {
  type Archive,
  readVerification,
  type Verification,
  type VerifyProblem,
  verifyInBackground,
} from '@sansfilm/core'
import { transferSyntaxes } from '@sansfilm/dicom'
import { memoryIndex } from './memory-index.ts'
import { memoryStorage } from './memory-storage.ts'

let archive: Archive
/** Keys in the order in which they were read. */
let reads: string[]
beforeEach(() => {
  const storage = memoryStorage()
  reads = []
  archive = {
    index: memoryIndex(),
    storage: {
      ...storage,
      get(key, range) {
        reads.push(key)
        return storage.get(key, range)
      },
    },
  }
})

const length = 1_000

async function put(key: string, bytes: Uint8Array): Promise<void> {
  await archive.storage.put(
    key,
    (async function* () {
      yield bytes
    })(),
  )
}

async function store(count: number): Promise<void> {
  for (let n = 1; n <= count; n++) {
    const bytes = Buffer.alloc(length, n)
    const key = `default/${n}`
    await put(key, bytes)
    await archive.index.add(
      {
        partition: 'default',
        study: '2.25.1',
        series: '2.25.2',
        instance: `2.25.3.${n}`,
        sopClass: '2.25.4',
        transferSyntax: transferSyntaxes.ExplicitVRLittleEndian.uid,
        location: { key, offset: 0, length },
        digest: createHash('sha256').update(bytes).digest('hex'),
        storedAt: new Date(),
        inflated: undefined,
        attributes: { study: {}, series: {}, instance: {} },
        metadata: new Uint8Array(0),
        bulkData: [],
        pixelData: undefined,
        frameBlocks: [],
      },
      'refuse',
    )
  }
}

interface Run {
  readonly rounds?: number
  readonly ms?: number
  readonly bytesPerDay?: number
  readonly isBusy?: () => boolean
}

/** Runs it for so many rounds, or so long, and ends it. */
async function run({ rounds, ms, bytesPerDay = Number.POSITIVE_INFINITY, isBusy }: Run) {
  const end = new AbortController()
  const problems: VerifyProblem[] = []
  const ended: Verification[] = []
  const running = verifyInBackground(archive, {
    bytesPerDay,
    roundMs: 0,
    isBusy,
    signal: end.signal,
    onProblem: (problem) => problems.push(problem),
    onRound: (verification) => {
      if (ended.push(verification) === rounds) end.abort()
    },
  })
  if (ms !== undefined) {
    await pause(ms)
    end.abort()
  }
  await running
  return { problems, ended }
}

describe('verifyInBackground', () => {
  test('reads every instance once a round, and tells of rounds', async () => {
    await store(5)
    expect(await readVerification(archive.index)).toBeUndefined()
    const { problems, ended } = await run({ rounds: 2 })
    expect(problems).toEqual([])
    expect(reads).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5].map((n) => `default/${n}`))
    expect(ended[1]?.lastRound).toMatchObject({ instances: 5, bytes: 5 * length })
    expect(await readVerification(archive.index)).toMatchObject({ lastRound: { instances: 5 }, problems: [] })
  })

  test('keeps to its budget, and goes on where it was when it starts again', async () => {
    await store(50)
    // Twenty instances a second.
    const bytesPerDay = 20 * length * 86_400
    await run({ ms: 300, bytesPerDay })
    expect(reads.length).toBeGreaterThanOrEqual(2)
    expect(reads.length).toBeLessThanOrEqual(8)
    await run({ ms: 300, bytesPerDay })
    expect(reads.length).toBeLessThanOrEqual(16)
    // The one that it was ended in is read once more.
    expect(new Set(reads).size).toBeGreaterThanOrEqual(reads.length - 2)
    expect([...new Set(reads)]).toEqual(Array.from(new Set(reads), (_, n) => `default/${n + 1}`))
  })

  test('what it read counts against the budget of the next start', async () => {
    await store(3)
    await run({ ms: 50, bytesPerDay: length }) // the first one uses up a day
    expect(reads).toHaveLength(1)
    await run({ ms: 50, bytesPerDay: length })
    expect((await readVerification(archive.index))?.paidUntil).toBeGreaterThan(Date.now() + 86_000_000)
    expect(reads.length).toBeLessThanOrEqual(2)
  })

  test('rests while others want the machine', async () => {
    await store(50)
    await run({ ms: 300, isBusy: () => true })
    expect(reads).toHaveLength(1)
  })

  test('tells of what is damaged or missing, keeps it, repairs nothing, and forgets what is whole again', async () => {
    await store(4)
    await put('default/2', Buffer.alloc(length, 99))
    await archive.storage.delete('default/3')
    const { problems } = await run({ rounds: 1 })
    expect(problems.map(({ key, problem }) => [key, problem])).toEqual([
      ['default/2', 'different'],
      ['default/3', 'missing'],
    ])
    const kept = (await readVerification(archive.index))?.problems
    expect(kept).toMatchObject([
      { key: 'default/2', problem: 'different', instance: '2.25.3.2' },
      { key: 'default/3', problem: 'missing', study: '2.25.1' },
    ])
    await put('default/2', Buffer.alloc(length, 2))
    await archive.index.remove({ partition: 'default', study: '2.25.1', series: '2.25.2', instance: '2.25.3.3' })
    await run({ rounds: 1 })
    expect((await readVerification(archive.index))?.problems).toEqual([])
  })
})
