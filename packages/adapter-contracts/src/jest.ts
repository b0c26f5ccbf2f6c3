import { describe, test } from '@jest/globals'
import type { Contract } from './contract.ts'
import type { FaultCase, FaultyMedium, ImpossibleFaults } from './faults.ts'

/** What an adapter cannot do, by the name of the case, with its reason. */
export interface ContractOptions {
  readonly unsupported?: Readonly<Record<string, string>>
}

/**
 * Runs a contract in Jest, each case on an adapter of its own, closed afterwards.
 * @example describeContract('memoryIndex', instanceIndexContract, () => memoryIndex())
 */
export function describeContract<Adapter extends { close(): Promise<void> }>(
  name: string,
  contract: Contract<Adapter>,
  create: () => Adapter | Promise<Adapter>,
  { unsupported = {} }: ContractOptions = {},
): void {
  const unknown = Object.keys(unsupported).filter((key) => !contract.some((one) => one.name === key))
  if (unknown.length > 0) throw new Error(`No case of the contract is called: ${unknown.join('; ')}`)
  describe(name, () => {
    for (const { name: promise, run } of contract) {
      const reason = unsupported[promise]
      if (reason !== undefined) {
        test.skip(`${promise} [skipped: ${reason}]`, () => {})
        continue
      }
      test(promise, async () => {
        const adapter = await create()
        try {
          await run(adapter)
        } finally {
          await adapter.close()
        }
      })
    }
  })
}

/**
 * Runs what adapters of a kind do when faults happen below them, each case on a medium of its own.
 * @param impossible says for each fault that is not tried why not
 * @example describeFaults('memoryStorage', storageFaults, openFaultyMemory, { 'busy store': 'there is no store to ask' })
 */
export function describeFaults<Adapter>(
  name: string,
  cases: readonly FaultCase<Adapter>[],
  create: () => FaultyMedium<Adapter> | Promise<FaultyMedium<Adapter>>,
  impossible: ImpossibleFaults,
): void {
  const reasons = cases.flatMap(({ fault, name }) => {
    const reason = impossible[fault]
    return reason === undefined ? [] : [[name, reason]]
  })
  describeContract(`${name}, faults`, cases, create, { unsupported: Object.fromEntries(reasons) })
}
