import type { Studies } from '../archives/studies.ts'
import type { MadeInstance } from '../studies/made-instance.ts'
import { payloadDigests, sha256 } from './answers.ts'
import { coldKey } from './cold-key.ts'
import type { Key } from './key.ts'
import { type ReadPlan, readKey } from './read-key.ts'
import { first, getFrames } from './resources.ts'

type FramePlan = Pick<ReadPlan, 'name' | 'measures' | 'connections' | 'targets' | 'large'> & {
  readonly instances: (studies: Studies) => readonly MadeInstance[]
  /** Which of an instance's frames, from 1; the first of each by default. */
  readonly numbers?: (made: MadeInstance) => readonly number[]
}

/** Single frames, one after the other; what comes is compared with what was made. */
function frameKey({ instances, numbers = () => [1], ...plan }: FramePlan): Key {
  return readKey({
    ...plan,
    essence: payloadDigests,
    gets: ({ studies }) => instances(studies).flatMap((made) => numbers(made).map((n) => getFrames(made, n))),
    expected: ({ studies }) => {
      const made = first(instances(studies))
      return sha256(made.frame(first(numbers(made)) - 1))
    },
  })
}

const ofCt = ({ ct }: Studies) => ct
const ofEnhanced = ({ enhanced }: Studies) => [enhanced]
const ofSmallFrames = ({ smallFrames }: Studies) => [smallFrames]
const middle = ({ frames }: MadeInstance) => [Math.ceil(frames / 2)]
const last = ({ frames }: MadeInstance) => [frames]
const upTo =
  (count: number) =>
  ({ frames }: MadeInstance) =>
    Array.from({ length: Math.min(count, frames) }, (_, n) => n + 1)

const large = true
const ctFrame = { measures: 'frames of 0.5 MB of a CT', instances: ofCt, large } as const
const tile = {
  measures: 'JPEG tiles of 16 KB of a slide',
  instances: ({ slide }: Studies) => [slide],
  numbers: upTo(1000),
} as const
const ofThousand = { connections: 1, large, instances: ofEnhanced, targets: { orthanc: 4 } } as const
const ofTwentyThousand = { connections: 1, instances: ofSmallFrames, targets: { orthanc: 5 } } as const

export const frameKeys: readonly Key[] = [
  frameKey({ name: 'frame-c1', connections: 1, targets: { orthanc: 4, node: 0.3 }, ...ctFrame }),
  frameKey({ name: 'frame-c8', connections: 8, targets: { orthanc: 2.8, node: 0.4 }, ...ctFrame }),
  frameKey({ name: 'frame-c16', connections: 16, targets: { orthanc: 2.8, node: 0.4 }, ...ctFrame }),
  frameKey({ name: 'tile-c1', connections: 1, targets: { orthanc: 5, node: 0.35 }, ...tile }),
  frameKey({ name: 'tile-c8', connections: 8, targets: { orthanc: 6, node: 0.35 }, ...tile }),
  frameKey({ name: 'frame-1000-first', measures: 'first frame of 1,000', ...ofThousand }),
  frameKey({ name: 'frame-1000-middle', measures: 'middle frame of 1,000', numbers: middle, ...ofThousand }),
  frameKey({ name: 'frame-1000-last', measures: 'last frame of 1,000', numbers: last, ...ofThousand }),
  frameKey({ name: 'frame-20000-first', measures: 'first frame of 20,000', ...ofTwentyThousand }),
  frameKey({ name: 'frame-20000-last', measures: 'last frame of 20,000', numbers: last, ...ofTwentyThousand }),
  frameKey({
    name: 'frame-radiograph',
    measures: 'the 20 MB of a radiograph',
    connections: 1,
    large,
    instances: ({ radiograph }) => [radiograph],
    targets: { orthanc: 4 },
  }),
  frameKey({
    name: 'frame-cine',
    measures: 'frames of a colour cine, 0.9 MB',
    connections: 1,
    large,
    instances: ({ cine }) => [cine],
    numbers: upTo(20),
    targets: { orthanc: 4 },
  }),
  readKey({
    name: 'frames-ten',
    measures: 'ten frames of 0.5 MB in one request',
    connections: 1,
    large,
    gets: ({ studies }) => [getFrames(studies.enhanced, ...upTo(10)(studies.enhanced))],
    essence: payloadDigests,
    targets: { orthanc: 100, memory: 64 },
  }),
  readKey({
    name: 'frame-range',
    measures: '64 KB of a frame by Range',
    connections: 1,
    // Orthanc ignores Range and sends the whole frame.
    statuses: [200, 206],
    gets: ({ studies }) => [{ ...getFrames(first(studies.ct), 1), range: 'bytes=0-65535' }],
    essence: ({ length }) => String(length),
    expected: () => '65536',
    targets: { nginx: 0.3 },
  }),
  coldKey({
    name: 'frame-cold',
    measures: 'first frame of 1,000 after a restart',
    gets: ({ studies }) => [getFrames(studies.enhanced, 1)],
    targets: { orthanc: 100 },
  }),
]
