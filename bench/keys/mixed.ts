import { runClosedLoop } from '../measure/closed-loop.ts'
import { HttpConnection, type HttpRequest } from '../measure/http-connection.ts'
import { quantile } from '../measure/statistics.ts'
import { archiveNames, type BenchServer } from '../servers/server.ts'
import { makeFreshCopies } from '../studies/fresh-copies.ts'
import type { Key, KeyContext } from './key.ts'
import { accepts, first, getFrames, seriesPath, studyList } from './resources.ts'
import { storeRequestTo } from './store-request.ts'

const readers = 8
const writers = 4
const readsASecond = 30
const writesASecond = 10

/** What a reading room asks for: mostly frames, now and then a list or a series' metadata. */
function readsOf({ studies }: KeyContext, server: BenchServer): readonly HttpRequest[] {
  const frames = studies.ct.slice(0, 40).map((made) => getFrames(made, 1))
  const metadata = { path: `${seriesPath(first(studies.ct))}/metadata`, accept: accepts.json }
  return frames
    .flatMap((frame, n) => (n % 8 === 0 ? [studyList('PatientName=*Bench*'), metadata, frame] : [frame]))
    .map(server.request)
}

async function writesOf({ studies }: KeyContext, server: BenchServer, count: number): Promise<readonly HttpRequest[]> {
  const fresh = await makeFreshCopies(studies.ct, count)
  return Promise.all(fresh.map((instance) => storeRequestTo(server, [instance])))
}

const state = { state: 'studies', servers: archiveNames } as const

export const mixedKeys: readonly Key[] = [
  {
    name: 'mixed-closed',
    measures: `${readers} readers and ${writers} writers, as fast as they can`,
    unit: 'answers/s',
    better: 'more',
    ...state,
    targets: { orthanc: 3 },
    async run(server, context) {
      const { seconds } = context.sizes
      const reads = readsOf(context, server)
      const writes = await writesOf(context, server, Math.ceil(seconds * 400))
      const load = { port: server.port, seconds }
      const [read, written] = await Promise.all([
        runClosedLoop({ ...load, connections: readers, next: (n) => reads[n % reads.length] }),
        runClosedLoop({ ...load, connections: writers, next: (n) => writes[n] }),
      ])
      return read.answers / read.seconds + written.answers / written.seconds
    },
  },
  {
    name: 'mixed-p99',
    measures: `p99 of reads at ${readsASecond} reads and ${writesASecond} writes a second`,
    unit: 'ms',
    better: 'less',
    ...state,
    targets: { orthanc: 2.5 },
    async run(server, context) {
      const seconds = context.sizes.seconds * 2
      const reads = readsOf(context, server)
      const writes = await writesOf(context, server, seconds * writesASecond)
      const [read] = await Promise.all([
        runAtRate(server.port, readsASecond, seconds * readsASecond, (n) => reads[n % reads.length] as HttpRequest), // within
        runAtRate(server.port, writesASecond, writes.length, (n) => writes[n] as HttpRequest), // within
      ])
      return quantile(read, 0.99)
    },
  },
]

/** Sends at a steady rate whether or not answers come, each on a connection that is free. @returns milliseconds of each */
async function runAtRate(
  port: number,
  rate: number,
  count: number,
  request: (n: number) => HttpRequest,
): Promise<readonly number[]> {
  const free: HttpConnection[] = []
  const start = performance.now()
  const ask = async (n: number) => {
    const due = start + (n * 1000) / rate
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
    const connection = free.pop() ?? (await HttpConnection.open(port))
    const { status } = await connection.exchange(request(n))
    free.push(connection)
    if (status !== 200) throw new Error(`A request in mixed load answered ${status}`)
    // From when it was due: a client that waits its turn waits as well.
    return performance.now() - due
  }
  const milliseconds = await Promise.all(Array.from({ length: count }, (_, n) => ask(n)))
  for (const connection of free) connection.close()
  return milliseconds
}
