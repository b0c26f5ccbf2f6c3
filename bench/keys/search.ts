import type { Sizes } from '../archives/sizes.ts'
import type { Get } from '../servers/server.ts'
import { accessionOf, dateOf, familyOf, patientIdOf, uidOf } from '../studies/small-study.ts'
import { uidsIn } from './answers.ts'
import type { ArchiveState, Key } from './key.ts'
import { readKey } from './read-key.ts'
import { accepts, first, seriesPath, studyList } from './resources.ts'

/** Different values are asked for in turn, so that no answer lies ready. */
const values = 50

const list = (query: string): Get => ({ path: `/studies?${query}`, accept: accepts.json })
/** A window that holds about so many studies of an archive of a size: answers stay of one length as the archive grows. */
const daysFor = (rows: number, studies: number) => Math.max(0, Math.round((rows * 3650) / studies) - 1)

interface Search {
  readonly name: string
  readonly measures: string
  readonly get: (n: number, studies: number) => Get
  /** Times Orthanc's rate at each step. */
  readonly orthanc: readonly [number, number, number]
  /** Rows are cut at a limit in an order that servers are free to choose. */
  readonly cut?: true
}

const rows = [25, 100, 800] as const
const single = [12, 100, 800] as const

const searches: readonly Search[] = [
  { name: 'uid', measures: 'a study by its UID', get: (n) => list(`StudyInstanceUID=${uidOf(n, 1)}`), orthanc: single },
  {
    name: 'accession',
    measures: 'an accession number',
    get: (n) => list(`AccessionNumber=${accessionOf(n)}`),
    orthanc: single,
  },
  { name: 'patient', measures: 'a patient ID', get: (n) => list(`PatientID=${patientIdOf(n)}`), orthanc: single },
  {
    name: 'name',
    measures: 'a name with wild card',
    get: (n) => list(`PatientName=${familyOf(n)}*&limit=25`),
    orthanc: rows,
    cut: true,
  },
  {
    name: 'date',
    measures: 'a range of dates, about 25 rows',
    get: (n, studies) => list(`StudyDate=${dateOf(n)}-${later(dateOf(n), daysFor(25, studies))}&limit=25`),
    orthanc: rows,
    cut: true,
  },
  { name: 'recent', measures: 'any 25 studies', get: (n) => list(`limit=25&offset=${n}`), orthanc: rows, cut: true },
  {
    name: 'ohif',
    measures: 'the study list with all filters of OHIF',
    get: (n, studies) =>
      studyList(
        `PatientName=*${familyOf(n).slice(0, 3)}*&ModalitiesInStudy=CT,MR&StudyDate=${dateOf(n)}-${later(dateOf(n), daysFor(100, studies))}`,
      ),
    orthanc: rows,
    cut: true,
  },
]

/** The names of searches: each must not grow with the archive. */
export const searchNames: readonly string[] = searches.map(({ name }) => name)

const steps = ['search-0', 'search-1', 'search-2'] as const satisfies readonly ArchiveState[]

export const searchKeys: readonly Key[] = [
  readKey({
    name: 'search-instances',
    measures: 'instances of a series of 300',
    connections: 1,
    gets: ({ studies }) => [{ path: `${seriesPath(first(studies.ct))}/instances`, accept: accepts.json }],
    essence: uidsIn('SOPInstanceUID'),
    targets: { orthanc: 500, node: 0.4 },
  }),
  ...steps.flatMap((state, step) => searches.map((search) => searchKey(search, state, step))),
]

function searchKey({ name, measures, get, orthanc, cut }: Search, state: ArchiveState, step: number): Key {
  const studiesOf = ({ searchSteps }: Sizes) => searchSteps[step] as number // three steps, three sizes
  const target = orthanc[step] as number // likewise
  const key = readKey({
    name: `search-${name}-${step}`,
    measures: `${measures}, step ${step + 1} of the archive's growth`,
    state,
    connections: 1,
    archivesOnly: true,
    embeddedOnly: state === 'search-2',
    gets: ({ sizes }) => {
      const studies = studiesOf(sizes)
      return Array.from({ length: values }, (_, i) => get(Math.floor((i * studies) / values), studies))
    },
    essence: cut
      ? (answer) => String(uidsIn('StudyInstanceUID')(answer).split(',').length)
      : uidsIn('StudyInstanceUID'),
    targets: { orthanc: target },
  })
  return { ...key, ofFullSize: true }
}

function later(date: string, days: number): string {
  const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6)].map(Number) as [number, number, number] // eight digits
  return new Date(Date.UTC(year, month - 1, day + days)).toISOString().slice(0, 10).replaceAll('-', '')
}
