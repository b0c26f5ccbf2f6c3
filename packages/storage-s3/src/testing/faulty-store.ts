import type { Fault, FaultyMedium } from '@sansfilm/adapter-contracts'
import type { InstanceStorage } from '@sansfilm/core/adapters'
import type { S3StorageOptions } from '../options.ts'
import { s3Storage } from '../s3-storage.ts'
import { type Fault as NetworkFault, type PassingRequest, startFaultyNetwork } from './faulty-network.ts'

/** A fault as it shows in requests, and to which of them it can happen. */
interface Symptom {
  readonly fits: (request: PassingRequest) => boolean
  readonly fault: NetworkFault
}

const everything = () => true
const isWrite = ({ method }: PassingRequest) => method === 'PUT' || method === 'POST'
const isReadOfObject = ({ method, target }: PassingRequest) => method === 'GET' && !target.startsWith('/?')

/** The storage over a store whose requests fail when they are told to. @param options of the store as it is */
export async function openFaultyStore(options: S3StorageOptions): Promise<FaultyMedium<InstanceStorage>> {
  const network = await startFaultyNetwork(options.endpoint)
  const open = () => s3Storage({ ...options, endpoint: network.endpoint, maxAttempts: 2 })
  const storage = open()
  let met = 0
  let end = () => {}
  const symptomOf = (fault: Fault): Symptom => {
    switch (fault) {
      case 'slow read': {
        const { promise, resolve } = Promise.withResolvers<void>()
        end = resolve
        return { fits: isReadOfObject, fault: { heldUntil: promise } }
      }
      case 'torn write':
        return { fits: isWrite, fault: { cutRequestAfter: 20 } }
      case 'lost connection':
        return { fits: everything, fault: { cutAnswerAfter: 0 } }
      case 'busy store':
        return { fits: everything, fault: { answer: 503, code: 'SlowDown' } }
      case 'out of space':
        return { fits: isWrite, fault: { answer: 507, code: 'XMinioStorageFull' } }
    }
  }
  return {
    adapter: storage,
    inject(name, step) {
      const { fits, fault } = symptomOf(name)
      let steps = 0
      met = 0
      network.fault = (request) => {
        if (!fits(request) || ++steps < step) return undefined
        met++
        return fault
      }
    },
    hasMet: () => met > 0,
    heal() {
      network.fault = () => undefined
      end()
    },
    reopen: open,
    async close() {
      await storage.close()
      await network.close()
    },
  }
}
