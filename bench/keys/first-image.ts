import { archiveNames, type Get } from '../servers/server.ts'
import { askInTurn } from './ask-in-turn.ts'
import { coldKey } from './cold-key.ts'
import type { Key, KeyContext } from './key.ts'
import { accepts, first, getFrames, seriesPath, studyList } from './resources.ts'

/** From the study list to the first frame, as OHIF asks, one after the other. */
function askedByOhif({ studies }: KeyContext): readonly Get[] {
  const middle = studies.ct[studies.ct.length >> 1] ?? first(studies.ct)
  return [
    studyList('PatientName=*Bench*'),
    { path: `/studies/${middle.study}/series?includefield=0008103E,00080021`, accept: accepts.json },
    { path: `${seriesPath(middle)}/metadata`, accept: accepts.json },
    getFrames(middle, 1),
  ]
}

export const firstImageKeys: readonly Key[] = [
  {
    name: 'first-image-warm',
    measures: 'study list, series, metadata of 300 and a frame',
    unit: 'ms',
    better: 'less',
    state: 'studies',
    servers: archiveNames,
    targets: { orthanc: 15 },
    async run(server, context) {
      await askInTurn(server, askedByOhif(context))
      return askInTurn(server, askedByOhif(context))
    },
  },
  coldKey({
    name: 'first-image-cold',
    measures: 'the same after a restart',
    gets: askedByOhif,
    targets: { orthanc: 5 },
  }),
]
