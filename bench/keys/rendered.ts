import { describeCodestream } from '@sansfilm/dicom'
import { runClosedLoop } from '../measure/closed-loop.ts'
import { HttpConnection } from '../measure/http-connection.ts'
import { quantile } from '../measure/statistics.ts'
import { archiveNames, type BenchServer, type Get } from '../servers/server.ts'
import type { MadeInstance } from '../studies/made-instance.ts'
import { type Essence, payloadsOf } from './answers.ts'
import type { Key } from './key.ts'
import { readKey } from './read-key.ts'
import { accepts, first, instancePath, studyList } from './resources.ts'
import { numbersOfEach, unaskedKey } from './unasked-key.ts'

/** Images at once: more than any server draws side by side. */
const crowd = 100
/** As many requests as browsers have under way to one server. */
const browserConnections = 6

/** Number `n` of some that come round again. */
const inTurn = <T>(all: readonly T[], n: number): T => all[n % all.length] ?? first(all)

const rendered = (made: MadeInstance, query: string): Get => ({
  path: `${instancePath(made)}/rendered${query === '' ? '' : `?${query}`}`,
  accept: accepts.jpeg,
})

/** Another quality each time round the instances: as good as another image to whoever keeps images. */
const qualities = [90, 89, 91, 88, 92, 87, 93, 86, 94, 85, 95, 84, 96, 83, 97, 82, 98, 81, 80, 79]
const inQuality = (all: readonly MadeInstance[], n: number): Get =>
  rendered(inTurn(all, n), `quality=${inTurn(qualities, Math.floor(n / all.length))}`)

/** Another window each time. */
const inWindow = (all: readonly MadeInstance[], n: number): Get =>
  rendered(inTurn(all, n), `window=${40 + (n % 200)},${350 + Math.floor(n / 200)},linear`)

/** Each time a higher box, in which a square picture stays 128 pixels wide and high. */
const thumbnail = (path: string, n: number): Get => ({
  path: `${path}/thumbnail?viewport=128,${128 + n}`,
  accept: accepts.jpeg,
})

/** Width and height of the JPEG. */
const sizeOfJpeg: Essence = (answer) => {
  const { columns, rows } = describeCodestream(first(payloadsOf(answer))) ?? {}
  return `a picture of ${columns} x ${rows}`
}

const studyPath = ({ study }: MadeInstance): string => `/studies/${study}`

/** Milliseconds for the thumbnails of a whole study list. */
function thumbnailList(name: string, measures: string, box: () => number, targets: Key['targets']): Key {
  return {
    name,
    measures,
    unit: 'ms',
    better: 'less',
    state: 'studies',
    servers: archiveNames,
    targets,
    async run(server, { studies: { listed } }) {
      const n = box()
      const requests = listed.map((made) => server.request(thumbnail(studyPath(made), n)))
      const { seconds } = await runClosedLoop({
        port: server.port,
        connections: browserConnections,
        next: (i) => requests[i],
      })
      return seconds * 1000
    },
  }
}

/** Boxes for lists, which no other key asks for: one that is kept, and a new one each time. */
const keptBox = 200
let lists = 0

export const renderedKeys: readonly Key[] = [
  unaskedKey({
    name: 'rendered-ct-c1',
    measures: 'a CT slice as JPEG, by its own window; every picture asked for once',
    connections: 1,
    get: ({ studies }, n) => inQuality(studies.listed, n),
    essence: sizeOfJpeg,
    targets: { orthanc: 2.5 },
  }),
  unaskedKey({
    name: 'rendered-window-c1',
    measures: 'a CT slice as JPEG, each with another window',
    connections: 1,
    get: ({ studies }, n) => inWindow(studies.listed, n),
    essence: sizeOfJpeg,
    targets: { orthanc: 7 },
  }),
  unaskedKey({
    name: 'rendered-mammogram-c1',
    measures: 'a mammogram of 13.6 million pixels as JPEG; every picture asked for once',
    connections: 1,
    get: ({ studies }, n) => inQuality(studies.mammograms, n),
    essence: sizeOfJpeg,
    most: 10,
    targets: { orthanc: 2.5 },
  }),
  readKey({
    name: 'rendered-kept',
    measures: 'the same 100 CT slices as JPEG again and again',
    connections: 1,
    gets: ({ studies }) => studies.listed.map((made) => rendered(made, '')),
    essence: sizeOfJpeg,
    targets: {},
  }),
  unaskedKey({
    name: 'thumbnail-instance-c1',
    measures: '128 pixels of a CT slice; every picture asked for once',
    connections: 1,
    get: ({ studies: { listed } }, n) => thumbnail(instancePath(inTurn(listed, n)), Math.floor(n / listed.length)),
    essence: sizeOfJpeg,
    targets: { orthanc: 15 },
  }),
  unaskedKey({
    name: 'thumbnail-study-c1',
    measures: '128 pixels of a study; every picture asked for once',
    connections: 1,
    get: ({ studies: { listed } }, n) => thumbnail(studyPath(inTurn(listed, n)), 100 + Math.floor(n / listed.length)),
    essence: sizeOfJpeg,
    targets: { orthanc: 15 },
  }),
  thumbnailList(
    'thumbnail-list',
    `thumbnails of ${crowd} studies for the first time, ${browserConnections} at once`,
    () => keptBox + ++lists,
    { orthanc: 15 },
  ),
  thumbnailList('thumbnail-list-kept', 'the same, asked for before', () => keptBox, {}),
  besideKey('rendered-search-alone', 'p99 of a study list while nothing else is asked', false, { atMost: 5 }),
  besideKey('rendered-search-beside', `p99 of a study list while ${crowd} images are asked for at once`, true, {
    atMost: 50,
  }),
]

/** How long a search takes, alone or while images are asked for as fast as they come. */
function besideKey(name: string, measures: string, isCrowded: boolean, targets: Key['targets']): Key {
  const next = numbersOfEach()
  return {
    name,
    measures,
    unit: 'ms',
    better: 'less',
    state: 'studies',
    servers: archiveNames,
    targets,
    async run(server, context) {
      const seconds = context.sizes.seconds * 2
      // Windows that no other key asks for.
      const image = () => server.request(inWindow(context.studies.listed, 100_000 + next(server.name)))
      const load = { port: server.port, connections: crowd, seconds, next: image }
      const [milliseconds] = await Promise.all([
        searchFor(server, seconds),
        isCrowded ? runClosedLoop(load) : Promise.resolve(),
      ])
      return quantile(milliseconds, 0.99)
    },
  }
}

const searchEveryMs = 20

/** Asks for the study list now and then, for so long. @returns milliseconds of each */
async function searchFor(server: BenchServer, seconds: number): Promise<readonly number[]> {
  const connection = await HttpConnection.open(server.port)
  const milliseconds: number[] = []
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    const before = performance.now()
    const { status } = await connection.exchange(server.request(studyList('PatientName=*Phantom*')))
    if (status !== 200) throw new Error(`A search answered ${status}`)
    milliseconds.push(performance.now() - before)
    await new Promise((resolve) => setTimeout(resolve, searchEveryMs))
  }
  connection.close()
  return milliseconds
}
