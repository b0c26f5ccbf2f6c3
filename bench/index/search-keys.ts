import { accessionOf, dateOf, familyOf, patientIdOf } from '../studies/small-study.ts'
import { instanceUid, studyUid } from './made-record.ts'

/** A search as clients ask it: the path and query for the `n`th of different values, in an archive of so many studies. */
export interface SearchKey {
  readonly name: string
  readonly query: (n: number, studies: number) => string
}

/** A window of dates that holds about so many studies: answers stay of one length as the archive grows. */
function datesFor(rows: number, n: number, studies: number): string {
  const from = dateOf(n)
  const day = Date.UTC(Number(from.slice(0, 4)), Number(from.slice(4, 6)) - 1, Number(from.slice(6)))
  const days = Math.max(0, Math.round((rows * 3650) / studies) - 1)
  const to = new Date(day + days * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')
  return `${from}-${to}`
}

const page = 'limit=25'
/** What OHIF asks its study list with. */
const ohif = 'limit=101&offset=0&fuzzymatching=false&includefield=00081030,00080060,00080090,00100030'
const infix = (n: number): string => familyOf(n).slice(0, 3)

export const searchKeys: readonly SearchKey[] = [
  { name: 'study UID', query: (n) => `/studies?StudyInstanceUID=${studyUid(n)}` },
  { name: 'accession', query: (n) => `/studies?AccessionNumber=${accessionOf(n)}` },
  {
    name: 'accession, 3 of its digits',
    query: (n) => `/studies?AccessionNumber=*${accessionOf(n).slice(4, 8)}*&${page}`,
  },
  { name: 'patient ID', query: (n) => `/studies?PatientID=${patientIdOf(n)}` },
  { name: 'patient ID, infix', query: (n) => `/studies?PatientID=*${patientIdOf(n).slice(2)}*&${page}` },
  { name: 'patient ID, no match', query: (n) => `/studies?PatientID=*X${n}Y*&${page}` },
  { name: 'name, prefix', query: (n) => `/studies?PatientName=${familyOf(n)}*&${page}` },
  { name: 'name, infix, many', query: (n) => `/studies?PatientName=*${infix(n)}*&${page}` },
  { name: 'name, infix, few', query: (n) => `/studies?PatientName=*${familyOf(n).slice(1)}^*&${page}` },
  { name: 'name, no match', query: (n) => `/studies?PatientName=*qqq${n}*&${page}` },
  {
    name: 'name, fuzzy',
    query: (n) => `/studies?PatientName=given${n % 97} ${familyOf(n)}&fuzzymatching=true&${page}`,
  },
  { name: 'dates, 25', query: (n, studies) => `/studies?StudyDate=${datesFor(25, n, studies)}&${page}` },
  { name: 'dates, 3 years, long ago', query: () => `/studies?StudyDate=20140101-20161231&${page}` },
  { name: 'dates, all', query: () => `/studies?StudyDate=20000101-&${page}` },
  { name: 'recent', query: (n) => `/studies?${page}&offset=${n % 500}` },
  { name: 'modality, 1 of 4', query: () => `/studies?ModalitiesInStudy=CT&${page}` },
  { name: 'modality, 1 of 100', query: () => `/studies?ModalitiesInStudy=MG&${page}` },
  { name: 'modality, 1 of 1,000', query: () => `/studies?ModalitiesInStudy=PT&${page}` },
  { name: 'modality, none', query: () => `/studies?ModalitiesInStudy=XA&${page}` },
  { name: 'sex', query: (n) => `/studies?PatientSex=${n % 2 === 0 ? 'F' : 'M'}&${page}` },
  { name: 'description, 1 of 50', query: (n) => `/studies?StudyDescription=Examination ${n % 50}&${page}` },
  { name: 'empty, none', query: () => `/studies?StudyID=""&emptyvaluematching=true&${page}` },
  { name: 'empty, 1 of 1,000', query: () => `/studies?AccessionNumber=""&emptyvaluematching=true&${page}` },
  { name: 'empty, half', query: () => `/studies?ReferringPhysicianName=""&emptyvaluematching=true&${page}` },
  {
    name: 'OHIF, all filters',
    query: (n, studies) =>
      `/studies?PatientName=*${infix(n)}*&ModalitiesInStudy=CT,MR&StudyDate=${datesFor(100, n, studies)}&${ohif}`,
  },
  { name: 'OHIF, first page', query: () => `/studies?${ohif}` },
  {
    name: 'OHIF, modality and name',
    query: (n) => `/studies?PatientName=*${infix(n)}*&ModalitiesInStudy=CT,MR&${ohif}`,
  },
  {
    name: 'OHIF, rare modality, long ago',
    query: () => `/studies?ModalitiesInStudy=MG&StudyDate=20140101-20161231&${ohif}`,
  },
  { name: 'series of a modality', query: () => `/series?Modality=MG&${page}` },
  { name: 'series, recent', query: () => `/series?${page}` },
  { name: 'series of a study', query: (n) => `/studies/${studyUid(n)}/series` },
  { name: 'instance UID', query: (n) => `/instances?SOPInstanceUID=${instanceUid(n, 0, 0)}` },
  { name: 'instances of a patient', query: (n) => `/instances?PatientID=${patientIdOf(n)}&${page}` },
]
