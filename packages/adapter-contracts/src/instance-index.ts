import type { InstanceIndex } from '@sansfilm/core/adapters'
import type { Contract } from './contract.ts'
import { copyCases } from './instance-index-copy.ts'
import { inflatedCases } from './instance-index-inflated.ts'
import { iterationCases } from './instance-index-iteration.ts'
import { lookupCases } from './instance-index-lookup.ts'
import { searchCases } from './instance-index-search.ts'
import { storeCases } from './instance-index-store.ts'

/**
 * What every index does alike. The in-memory index is the reference.
 * @example describeContract('memoryIndex', instanceIndexContract, () => memoryIndex())
 */
export const instanceIndexContract: Contract<InstanceIndex> = [
  ...storeCases,
  ...inflatedCases,
  ...lookupCases,
  ...searchCases,
  ...iterationCases,
  ...copyCases,
]
