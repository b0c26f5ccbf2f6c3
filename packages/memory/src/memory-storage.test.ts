import { expect, test } from '@jest/globals'
import { instanceStorageContract, packContract } from '@sansfilm/adapter-contracts'
import { describeContract } from '@sansfilm/adapter-contracts/jest'
import { memoryStorage } from './memory-storage.ts'

describeContract('memoryStorage', instanceStorageContract, () => memoryStorage())
describeContract('memoryStorage with packs', packContract, () => memoryStorage({ packs: { maxWaiting: 4 } }))

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
