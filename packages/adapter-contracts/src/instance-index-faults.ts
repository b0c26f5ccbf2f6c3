import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { InstanceIndex, Query } from '@sansfilm/core/adapters'
import type { FailureCode, Fault, FaultCase, FaultyMedium } from './faults.ts'
import { recordOf } from './instance-index-records.ts'
import { collect } from './instance-storage-support.ts'

const query: Query = { partition: 'default', level: 'instance', conditions: [], offset: 0 }

/** An adapter that asks the medium more often for one change is not looked at to its end. */
const maxSteps = 200

/** Each has one effect, however often it is done. */
const changes: readonly ((index: InstanceIndex) => Promise<unknown>)[] = [
  (index) => index.add(recordOf({ study: 2, frames: 1024 }), 'refuse'),
  (index) => index.add(recordOf({ version: 2, frames: 3 }), 'replace'),
  (index) => index.remove({ partition: 'default', study: recordOf().study }),
]

/**
 * What every `InstanceIndex` does when something goes wrong below it. Each case takes an empty index.
 * @example describeFaults('memoryIndex', indexFaults, openFaultyIndex, { 'busy store': 'there is no store to ask' })
 */
export const indexFaults: readonly FaultCase<InstanceIndex>[] = [
  {
    fault: 'slow read',
    name: 'slow read: keeps no other look-up and no add waiting, and is answered in the end',
    async run(medium) {
      const { adapter: index } = medium
      await index.add(recordOf(), 'refuse')
      const expected = await contentsOf(index)
      await medium.inject('slow read', 1)
      let isOver = false
      const slow = contentsOf(index).finally(() => {
        isOver = true
      })
      while (!medium.hasMet()) await pause(5)
      await index.add(recordOf({ partition: 'other' }), 'refuse')
      assert.equal((await index.find('other', [recordOf().instance])).length, 1)
      assert.equal(isOver, false, 'the look-up waits for the medium')
      await medium.heal()
      assert.deepEqual(await slow, expected)
    },
  },
  atEveryStep('torn write'),
  atEveryStep('lost connection'),
  atEveryStep('busy store'),
  atEveryStep('out of space', 'out-of-resources'),
]

/** The case that a fault happens at one step of each change after another. */
function atEveryStep(fault: Fault, code: FailureCode = 'unavailable'): FaultCase<InstanceIndex> {
  return {
    fault,
    name: `${fault}: at every step, a change is done, or fails as ${code} and is not`,
    run: (medium) => expectAllOrNothing(medium, fault, code),
  }
}

async function expectAllOrNothing(medium: FaultyMedium<InstanceIndex>, fault: Fault, code: FailureCode): Promise<void> {
  const { adapter: index } = medium
  let failed = 0
  let hidden = 0
  for (const change of changes) {
    for (let step = 1, hasMet = true; hasMet; step++) {
      assert(step <= maxSteps, `a change takes no more than ${maxSteps} steps`)
      for (const study of [1, 2]) await index.remove({ partition: 'default', study: recordOf({ study }).study })
      await index.add(recordOf(), 'refuse')
      const before = await contentsOf(index)
      await medium.inject(fault, step)
      const [outcome] = await Promise.allSettled([change(index)])
      await medium.heal()
      hasMet = medium.hasMet()
      if (outcome.status === 'rejected') {
        failed++
        const { reason } = outcome
        assert.deepEqual([hasMet, reason.name, reason.code], [true, 'AdapterError', code], reason.stack)
        assert.deepEqual(await contentsOf(index), before)
        await change(index)
      } else if (hasMet) hidden++
      const after = await contentsOf(index)
      assert.notDeepEqual(after, before)
      const later = await medium.reopen()
      assert.deepEqual(await contentsOf(later), after)
      if (later !== index) await later.close()
    }
  }
  assert(failed + hidden > 0, 'something has met the fault')
}

/** What there is of a partition, but for revisions, which are new with every attempt. */
async function contentsOf(index: InstanceIndex): Promise<unknown> {
  const { matches } = await index.search(query)
  return {
    matches: (await collect(matches)).map((match) => ({ ...match, revision: undefined })),
    stored: await index.find('default', [recordOf().instance, recordOf({ study: 2 }).instance]),
    statistics: await index.statistics('default'),
  }
}
