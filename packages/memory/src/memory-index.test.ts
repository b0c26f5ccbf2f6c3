import { instanceIndexContract } from '@sansfilm/adapter-contracts'
import { describeContract } from '@sansfilm/adapter-contracts/jest'
import { memoryIndex } from './memory-index.ts'

describeContract('memoryIndex', instanceIndexContract, () => memoryIndex())
