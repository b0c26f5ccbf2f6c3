import type { InstanceStorage } from '@sansfilm/core/adapters'
import type { Contract } from './contract.ts'
import { listCases } from './instance-storage-list.ts'
import { ownerCases } from './instance-storage-owner.ts'
import { putCases } from './instance-storage-put.ts'
import { readCases } from './instance-storage-read.ts'

/**
 * What every `InstanceStorage` promises. Each case takes an empty storage.
 * @example describeContract('memoryStorage', instanceStorageContract, () => memoryStorage())
 */
export const instanceStorageContract: Contract<InstanceStorage> = [
  ...putCases,
  ...readCases,
  ...listCases,
  ...ownerCases,
]
