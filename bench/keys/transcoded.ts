import { type TransferSyntax, transferSyntaxes } from '@sansfilm/dicom'
import type { CompressedInstance, Studies } from '../archives/studies.ts'
import { askOnce } from '../measure/closed-loop.ts'
import { archiveNames, type Get } from '../servers/server.ts'
import { makeFreshCopies } from '../studies/fresh-copies.ts'
import { compareAnswers, payloadDigests, sha256 } from './answers.ts'
import { askInTurn } from './ask-in-turn.ts'
import type { Key, KeyContext, Targets } from './key.ts'
import { first, instancePath } from './resources.ts'
import { storeRequestTo } from './store-request.ts'

interface DecodePlan {
  readonly name: string
  readonly measures: string
  readonly compressed: (studies: Studies) => readonly CompressedInstance[]
  readonly targets: Targets
  readonly targetsOfKept: Targets
}

const acceptOf = ({ uid }: TransferSyntax): string =>
  `multipart/related; type="application/octet-stream"; transfer-syntax=${uid}`

const decodedFrame = (made: Parameters<typeof instancePath>[0]): Get => ({
  path: `${instancePath(made)}/frames/1`,
  accept: acceptOf(transferSyntaxes.ExplicitVRLittleEndian),
})

/** Milliseconds for a compressed frame as samples: of an instance that was stored just now, and of one asked for before. */
function decodeKeys({ name, measures, compressed, targets, targetsOfKept }: DecodePlan): readonly Key[] {
  const common = {
    unit: 'ms',
    better: 'less',
    state: 'studies',
    servers: archiveNames,
    async skip({ studies, fleet: { sansfilm } }: KeyContext) {
      const { status } = await askOnce(sansfilm.port, sansfilm.request(decodedFrame(first(compressed(studies)))))
      return status === 406 ? 'the archive does not decode frames (406)' : undefined
    },
    prepare(context: KeyContext) {
      const made = first(compressed(context.studies))
      const expected = sha256(made.samples())
      return compareAnswers(context, decodedFrame(made), (answer) =>
        payloadDigests(answer) === expected ? expected : 'not the samples that were encoded',
      )
    },
  } as const
  return [
    {
      ...common,
      name: `${name}-first`,
      measures: `${measures}, of an instance stored just before`,
      targets,
      async run(server, { studies }) {
        const originals = compressed(studies)
        const fresh = await makeFreshCopies(originals, originals.length)
        const stored = await askOnce(server.port, await storeRequestTo(server, fresh))
        if (stored.status !== 200) throw new Error(`A store answered ${stored.status}`)
        return (await askInTurn(server, fresh.map(decodedFrame))) / fresh.length
      },
    },
    {
      ...common,
      name: `${name}-kept`,
      measures: `${measures}, asked for before`,
      targets: targetsOfKept,
      async run(server, { studies }) {
        const gets = compressed(studies).map(decodedFrame)
        await askInTurn(server, gets)
        return (await askInTurn(server, gets)) / gets.length
      },
    },
  ]
}

export const transcodedKeys: readonly Key[] = [
  ...decodeKeys({
    name: 'decode-j2k-ct',
    measures: 'a JPEG 2000 frame of a CT as samples',
    compressed: ({ j2kCt }) => j2kCt,
    targets: { orthanc: 0.5 },
    targetsOfKept: { orthanc: 3 },
  }),
  ...decodeKeys({
    name: 'decode-j2k-cr',
    measures: 'a JPEG 2000 radiograph as its 7.5 MB of samples',
    compressed: ({ j2kCr }) => j2kCr,
    targets: { orthanc: 0.5 },
    targetsOfKept: { orthanc: 3 },
  }),
  ...decodeKeys({
    name: 'decode-jls-ct',
    measures: 'a JPEG-LS frame of a CT as samples',
    compressed: ({ jlsCt }) => jlsCt,
    targets: { orthanc: 3 },
    targetsOfKept: { orthanc: 3 },
  }),
]
