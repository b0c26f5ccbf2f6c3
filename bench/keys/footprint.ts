import { join } from 'node:path'
import { diskUse } from '../measure/disk-use.ts'
import { HttpConnection } from '../measure/http-connection.ts'
import { residentBytes, withPeakMemory } from '../measure/memory.ts'
import { archiveNames } from '../servers/server.ts'
import type { ArchiveState, Key } from './key.ts'
import { accepts, first, seriesPath } from './resources.ts'

/** Not over PostgreSQL and MinIO: a database takes its disk in segments ahead, and the largest archive is not filled there. */
const embeddedAndOrthanc = ['sansfilm', 'orthanc'] as const
const stalledReaders = 16
const stallSeconds = 4

const listenKey = (name: string, measures: string, state: ArchiveState, servers: Key['servers']): Key => ({
  name,
  measures,
  unit: 'ms',
  better: 'less',
  state,
  servers,
  targets: {},
  run: async (server) => (await server.restart()) * 1000,
})

/** What the servers take beside time. */
export const footprintKeys: readonly Key[] = [
  listenKey('listen-empty', 'start of the process to the first answer, empty archive', 'empty', archiveNames),
  listenKey('listen-full', 'the same with the largest archive', 'search-2', embeddedAndOrthanc),
  {
    name: 'disk',
    measures: 'bytes on disk for each byte stored, images',
    unit: 'bytes',
    better: 'less',
    state: 'studies',
    servers: embeddedAndOrthanc,
    targets: {},
    once: true,
    run: async ({ folder }, { storedBytes }) => (await diskUse(join(folder, 'data'))) / storedBytes,
  },
  {
    name: 'disk-small',
    measures: 'the same, studies of 7 KB',
    unit: 'bytes',
    better: 'less',
    state: 'search-2',
    servers: embeddedAndOrthanc,
    targets: {},
    once: true,
    run: async ({ folder }, { storedBytes }) => (await diskUse(join(folder, 'data'))) / storedBytes,
  },
  {
    name: 'memory-stalled',
    measures: `memory for ${stalledReaders} readers who stall ${stallSeconds} s in a series`,
    unit: 'MB',
    better: 'less',
    state: 'studies',
    servers: archiveNames,
    targets: { atMost: 64 },
    once: true,
    async run(server, { studies }) {
      const get = { path: seriesPath(first(studies.ct)), accept: accepts.dicom }
      const connections = await Promise.all(
        Array.from({ length: stalledReaders }, () => HttpConnection.open(server.port)),
      )
      const idle = await residentBytes(server.pid)
      const { peak } = await withPeakMemory(server.pid, async () => {
        const answers = connections.map((connection) => connection.exchange(server.request(get)))
        await pause(0.05)
        for (const connection of connections) connection.pause()
        await pause(stallSeconds)
        for (const connection of connections) connection.resume()
        await Promise.all(answers)
      })
      for (const connection of connections) connection.close()
      return Math.max(0, peak - idle) / 1e6
    },
  },
]

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))
