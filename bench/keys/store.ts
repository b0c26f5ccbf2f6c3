import type { Sizes } from '../archives/sizes.ts'
import { type LoadResult, runClosedLoop } from '../measure/closed-loop.ts'
import type { HttpRequest } from '../measure/http-connection.ts'
import { type FreshInstance, makeFreshCopies } from '../studies/fresh-copies.ts'
import type { MadeInstance } from '../studies/made-instance.ts'
import { checkStored } from './check-stored.ts'
import type { Key, KeyContext, Targets } from './key.ts'
import { storeRequestTo } from './store-request.ts'

interface StorePlan {
  readonly name: string
  readonly measures: string
  readonly clients: number
  readonly perRequest: number
  readonly originals: (context: KeyContext) => Promise<readonly MadeInstance[]> | readonly MadeInstance[]
  readonly count: (sizes: Sizes) => number
  readonly targets: Targets
}

/** Stores instances that no server has seen, and compares some with what was sent. */
function storeKey({ name, measures, clients, perRequest, originals, count, targets }: StorePlan): Key {
  return {
    name,
    measures: `${measures}, ${perRequest} a request, ${clients} at once`,
    unit: 'instances/s',
    better: 'more',
    state: 'empty',
    servers: ['sansfilm', 'orthanc', 'node', 'scaled'],
    targets,
    async run(server, context) {
      const wanted = count(context.sizes)
      const fresh = await makeFreshCopies(await originals(context), wanted)
      const requests: HttpRequest[] = []
      for (let n = 0; n < wanted; n += perRequest) {
        requests.push(await storeRequestTo(server, fresh.slice(n, n + perRequest)))
      }
      const result = await runClosedLoop({ port: server.port, connections: clients, next: (n) => requests[n] })
      await checkStored(server, sampleOf(fresh))
      return rateOf(result, perRequest)
    },
  }
}

const rateOf = ({ answers, seconds }: LoadResult, perRequest: number) => (answers * perRequest) / seconds

/** The first, the middle one, the last. */
function sampleOf(fresh: readonly FreshInstance[]): readonly FreshInstance[] {
  return [0, fresh.length >> 1, fresh.length - 1].map((n) => fresh[n] as FreshInstance) // at least one is stored
}

const half = {
  measures: 'CT slices of 0.5 MB',
  originals: ({ studies }: KeyContext) => studies.ct,
  count: (sizes: Sizes) => sizes.largeStores,
} as const
const small = {
  measures: 'instances of 7 KB',
  originals: ({ studies }: KeyContext) => studies.small,
  count: (sizes: Sizes) => sizes.smallStores,
} as const

export const storeKeys: readonly Key[] = [
  storeKey({ name: 'store-c1', clients: 1, perRequest: 1, targets: { orthanc: 1.5, node: 0.75 }, ...half }),
  storeKey({ name: 'store-c8', clients: 8, perRequest: 1, targets: { orthanc: 1.5, node: 0.85 }, ...half }),
  storeKey({ name: 'store-ten', clients: 1, perRequest: 10, targets: { orthanc: 3, node: 0.8 }, ...half }),
  storeKey({ name: 'store-small-c1', clients: 1, perRequest: 1, targets: { orthanc: 2, node: 0.8 }, ...small }),
  storeKey({ name: 'store-small-c8', clients: 8, perRequest: 1, targets: { orthanc: 2, node: 0.8 }, ...small }),
  storeKey({ name: 'store-small-hundred', clients: 4, perRequest: 100, targets: { orthanc: 3, node: 0.9 }, ...small }),
  {
    name: 'store-huge',
    measures: 'one instance of 524 MB',
    unit: 'MB/s',
    better: 'more',
    state: 'empty',
    servers: ['sansfilm', 'orthanc', 'node', 'scaled'],
    targets: { orthanc: 5, memory: 64 },
    once: true,
    async run(server, { studies: { enhanced } }) {
      const { length, bytes } = enhanced
      const requests = [await storeRequestTo(server, [{ length, bytes: bytes() }], 'stream')]
      const result = await runClosedLoop({ port: server.port, connections: 1, next: (n) => requests[n] })
      await checkStored(server, [enhanced])
      return length / 1e6 / result.seconds
    },
  },
]
