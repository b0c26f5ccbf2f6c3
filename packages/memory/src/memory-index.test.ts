import { indexFaults, instanceIndexContract } from '@sansfilm/adapter-contracts'
import { describeContract, describeFaults } from '@sansfilm/adapter-contracts/jest'
import { memoryIndex } from './memory-index.ts'

describeContract('memoryIndex', instanceIndexContract, () => memoryIndex())

const noMedium = 'a change is made in one step, in memory without a limit: nothing lies below it'
const impossible = {
  'slow read': noMedium,
  'torn write': noMedium,
  'lost connection': noMedium,
  'busy store': noMedium,
  'out of space': noMedium,
}
describeFaults(
  'memoryIndex',
  indexFaults,
  () => {
    throw new Error('No fault can happen')
  },
  impossible,
)
