import { expect, test } from '@jest/globals'
import { type FaultyMedium, instanceStorageContract, packContract, storageFaults } from '@sansfilm/adapter-contracts'
import { describeContract, describeFaults } from '@sansfilm/adapter-contracts/jest'
import type { InstanceStorage } from '@sansfilm/core/adapters'
import { memoryStorage } from './memory-storage.ts'

describeContract('memoryStorage', instanceStorageContract, () => memoryStorage())
describeContract('memoryStorage with packs', packContract, () => memoryStorage({ packs: { maxWaiting: 4 } }))

const noMedium = 'what is put is assigned in one step: nothing lies below it'
describeFaults('memoryStorage', storageFaults, openFullMemory, {
  'slow read': noMedium,
  'torn write': noMedium,
  'lost connection': noMedium,
  'busy store': noMedium,
})

/** Memory whose limit is reached, as the fault: other objects take all that is left. */
function openFullMemory(): FaultyMedium<InstanceStorage> {
  const maxBytes = 64 * 1024 * 1024
  const storage = memoryStorage({ maxBytes })
  let fillers: string[] = []
  let isFull = false
  return {
    adapter: storage,
    async inject(_, step) {
      // A put meets the limit once.
      isFull = step === 1
      for (let length = maxBytes; isFull && length >= 1; length /= 2) {
        const filler = `filler/${length}`
        const put = storage.put(filler, bytes(length))
        await put.then(() => fillers.push(filler)).catch(() => undefined)
      }
    },
    hasMet: () => isFull,
    async heal() {
      for (const filler of fillers) await storage.delete(filler)
      fillers = []
    },
    reopen: () => storage,
    close: () => storage.close(),
  }
}

async function* bytes(length: number): AsyncIterable<Uint8Array> {
  yield new Uint8Array(length)
}

test('what does not fit is refused, and leaves the room it had', async () => {
  const storage = memoryStorage({ maxBytes: 10 })
  await storage.put('a', bytes(6))
  await expect(storage.put('b', bytes(6))).rejects.toMatchObject({ code: 'out-of-resources' })
  await storage.delete('a')
  await expect(storage.put('b', bytes(6))).resolves.toEqual({ length: 6 })
})
