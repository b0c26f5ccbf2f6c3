import { uidsIn } from './answers.ts'
import { coldKey } from './cold-key.ts'
import type { Key, KeyContext } from './key.ts'
import { type ReadPlan, readKey } from './read-key.ts'
import { accepts, first, instancePath, seriesPath } from './resources.ts'

const ofCt = ({ studies }: KeyContext) => [{ path: `${seriesPath(first(studies.ct))}/metadata`, accept: accepts.json }]
const ofMr = ({ studies }: KeyContext) => [{ path: `${seriesPath(first(studies.mr))}/metadata`, accept: accepts.json }]
const ofMrStudy = ({ studies }: KeyContext) => [
  { path: `/studies/${first(studies.mr).study}/metadata`, accept: accepts.json },
]
const essence = uidsIn('SOPInstanceUID')

const metadataKey = (plan: Pick<ReadPlan, 'name' | 'measures' | 'connections' | 'targets' | 'gets' | 'large'>) =>
  readKey({ ...plan, essence })

export const metadataKeys: readonly Key[] = [
  metadataKey({
    name: 'metadata-series-c1',
    measures: 'metadata of a CT series of 300',
    connections: 1,
    large: true,
    gets: ofCt,
    targets: { orthanc: 22, nginx: 0.8 },
  }),
  metadataKey({
    name: 'metadata-series-c4',
    measures: 'metadata of a CT series of 300',
    connections: 4,
    large: true,
    gets: ofCt,
    targets: { orthanc: 16, nginx: 0.8 },
  }),
  metadataKey({
    name: 'metadata-gzip',
    measures: 'the same with gzip',
    connections: 1,
    gets: (context) => ofCt(context).map((get) => ({ ...get, gzip: true })),
    targets: { orthanc: 200, node: 0.6 },
  }),
  metadataKey({
    name: 'metadata-1000',
    measures: 'metadata of an MR series of 1,000',
    connections: 1,
    large: true,
    gets: ofMr,
    targets: { orthanc: 35, nginx: 0.8 },
  }),
  metadataKey({
    name: 'metadata-study',
    measures: 'metadata of an MR study of 4,000',
    connections: 1,
    large: true,
    gets: ofMrStudy,
    targets: { orthanc: 35, nginx: 0.8 },
  }),
  metadataKey({
    name: 'metadata-instance',
    measures: 'metadata of one instance, of 300 in turn',
    connections: 1,
    gets: ({ studies }) => studies.ct.map((made) => ({ path: `${instancePath(made)}/metadata`, accept: accepts.json })),
    targets: { orthanc: 40, node: 0.6 },
  }),
  coldKey({
    name: 'metadata-cold-300',
    measures: 'first metadata of a CT series of 300 after a restart',
    gets: ofCt,
    targets: { orthanc: 5 },
  }),
  coldKey({
    name: 'metadata-cold-1000',
    measures: 'first metadata of an MR series of 1,000 after a restart',
    gets: ofMr,
    targets: { orthanc: 8 },
  }),
]
