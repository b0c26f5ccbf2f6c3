import { payloadDigests } from './answers.ts'
import type { Key } from './key.ts'
import { type ReadPlan, readKey } from './read-key.ts'
import { accepts, first, getInstance, seriesPath } from './resources.ts'

const seriesKey = (plan: Pick<ReadPlan, 'name' | 'connections' | 'targets'>): Key =>
  readKey({
    ...plan,
    measures: 'a whole CT series, 158 MB',
    unit: 'MB/s',
    large: true,
    gets: ({ studies }) => [{ path: seriesPath(first(studies.ct)), accept: accepts.dicom }],
    essence: payloadDigests,
    expected: ({ studies }) =>
      studies.ct
        .map(({ digest }) => digest)
        .toSorted()
        .join(),
  })

export const seriesKeys: readonly Key[] = [
  seriesKey({ name: 'series-c1', connections: 1, targets: { orthanc: 3, nginx: 0.35 } }),
  seriesKey({ name: 'series-c4', connections: 4, targets: { orthanc: 2, nginx: 0.35 } }),
  readKey({
    name: 'instance-large',
    measures: 'one instance of 524 MB',
    connections: 1,
    unit: 'MB/s',
    large: true,
    gets: ({ studies }) => [getInstance(studies.enhanced)],
    essence: payloadDigests,
    expected: ({ studies }) => studies.enhanced.digest,
    targets: { orthanc: 10, memory: 64 },
  }),
]
