import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { stringOf, tags } from '@sansfilm/dicom'
import { search, storeSearchStudies, studies, valuesIn } from './support/search-archive.ts'
import { startTestArchive, type TestArchive } from './support/test-archive.ts'

type StudyName = keyof typeof studies

let archive: TestArchive

beforeAll(async () => {
  archive = await startTestArchive()
  await storeSearchStudies(archive)
})

afterAll(async () => {
  await archive.close()
})

/** Names of the studies found, in order. */
async function studiesFound(query: string): Promise<readonly string[]> {
  const { found } = await search(archive, `/studies?${query}`)
  return found.map((study) => {
    const uid = stringOf(study, tags.StudyInstanceUID)
    return Object.entries(studies).find(([, each]) => each === uid)?.[0] ?? String(uid)
  })
}

/** Newest first; `bare` has no date, so that the day of its arrival counts. */
const all: readonly StudyName[] = ['bare', 'yamada', 'head', 'thorax', 'slides', 'film']
const encode = encodeURIComponent

type Row = readonly [query: string, ...found: StudyName[]]

describe.each<readonly [clause: string, rows: readonly Row[]]>([
  [
    'PS3.18 §8.3.4.1: keys by tag, keyword and path',
    [
      ['PatientID=P1', 'thorax'],
      ['00100020=P1', 'thorax'],
      ['0020000d=2.25.10', 'thorax'],
      ['IssuerOfAccessionNumberSequence.UniversalEntityID=1.2.3', 'thorax'],
      ['00080051.00400032=1.2.3', 'thorax'],
      ['OtherPatientIDsSequence.00100020=OLD2', 'thorax'],
      ['00101002.PatientID=OLD3'],
    ],
  ],
  [
    'PS3.4 §C.2.2.2.1: single values as their VR compares them',
    [
      ['PatientSex=M', 'thorax'],
      ['PatientSex=m'],
      ['AccessionNumber=acc-1'],
      ['AccessionNumber=%20ACC-1%20', 'thorax'],
      ['StudyDescription=CT%20Thorax', 'thorax'],
      ['StudyDescription=CT+Thorax', 'thorax'],
      ['PatientName=muller%5Ejurgen', 'head'],
      ['PatientName=M%C3%BCller%5EJ%C3%BCrgen%5E%5EDR.', 'thorax'],
      ['PatientName=M%C3%BCller'],
      ['ReferringPhysicianName=lukasz%5EEWA', 'thorax'],
      ['PatientName=yamada%5Etarou', 'yamada'],
      [`PatientName=${encode('山田^太郎')}`, 'yamada'],
      [`PatientName=${encode('やまだ^たろう')}`, 'yamada'],
      [`PatientName=${encode('Yamada^Tarou=山田^太郎=やまだ^たろう')}`, 'yamada'],
      ['NumberOfStudyRelatedInstances=3', 'thorax'],
      ['NumberOfStudyRelatedSeries=2', 'thorax', 'slides'],
    ],
  ],
  [
    'PS3.4 §C.2.2.2.2: lists of UIDs, by comma and backslash',
    [
      ['StudyInstanceUID=2.25.10,2.25.30,2.25.999', 'thorax', 'slides'],
      ['StudyInstanceUID=2.25.10%5C2.25.30', 'thorax', 'slides'],
      ['StudyInstanceUID=2.25.10&StudyInstanceUID=2.25.30', 'thorax', 'slides'],
      ['0020000D=2.25.1'],
    ],
  ],
  [
    'PS3.4 §C.2.2.2.3: universal matching',
    [
      ['', ...all],
      ['PatientName=', ...all],
      ['PatientName=*&StudyDate=*&StudyInstanceUID=', ...all],
      ['StudyInstanceUID=,', ...all],
    ],
  ],
  [
    'PS3.4 §C.2.2.2.4: wild cards',
    [
      ['PatientName=m*jurgen*', 'head', 'thorax'],
      ['PatientName=*den+berg*', 'slides'],
      ['PatientName=m?ller%5Ej?rgen', 'head'],
      [`PatientName=${encode('山田*')}`, 'yamada'],
      ['StudyDescription=CT*', 'thorax'],
      ['StudyDescription=*horax', 'head', 'thorax'],
      ['AccessionNumber=ACC-?', 'thorax'],
      ['ModalitiesInStudy=C*', 'head', 'thorax', 'film'],
      // `_` and `%` of LIKE, `[` of GLOB, are characters.
      ['PatientID=P_4*', 'slides'],
      ['PatientID=P%25*', 'bare'],
      ['PatientID=P%5B*', 'film'],
      ['PatientID=P?4', 'bare', 'head', 'slides', 'film'],
      ['StudyDescription=*%5Ba-z%5D*', 'yamada'],
    ],
  ],
  [
    'PS3.18 §8.3.4.1: any character is a value',
    [
      [`PatientID=${encode('a+b c%2Cd%,"e\'')}`, 'yamada'],
      ['PatientID=P_4', 'slides'],
      ['PatientID=P%5B4', 'film'],
      ['PatientID=P%254', 'bare'],
      [`StudyDescription=${encode("x'; DROP TABLE study; --")}`, 'slides'],
      [`StudyDescription=${encode("' OR '1'='1")}`],
      [`StudyDescription=${encode('50% + more, [a-z]_?')}`, 'yamada'],
      [`StudyDescription=${encode('" OR 1=1 --')}`],
      ['AccessionNumber=%00'],
    ],
  ],
  [
    'PS3.4 §C.2.2.2.5.1: ranges of dates and times',
    [
      ['StudyDate=20240131', 'head', 'thorax'],
      ['StudyDate=20230101-20240131', 'head', 'thorax', 'slides'],
      ['StudyDate=20240131-20240131', 'head', 'thorax'],
      ['StudyDate=20240201-', 'yamada'],
      ['StudyDate=-20230615', 'slides', 'film'],
      ['StudyDate=20220115', 'film'],
      ['StudyDate=2022.01.15', 'film'],
      ['StudyTime=0800', 'yamada'],
      ['StudyTime=1030-1031', 'thorax', 'film'],
      ['StudyTime=103000.5', 'thorax'],
      ['StudyTime=10-10', 'thorax', 'film'],
      ['StudyTime=-09', 'yamada'],
      ['StudyTime=2359-', 'head'],
      ['PatientBirthDate=19691231-19700102', 'thorax'],
    ],
  ],
  [
    'PS3.4 §C.2.2.2.5.2: a date and its time are one range',
    [
      ['StudyDate=20240131-20240201&StudyTime=2000-0900', 'yamada', 'head'],
      ['StudyDate=20240131-20240201&StudyTime=1030-0700', 'head', 'thorax'],
      ['StudyDate=20240131-&StudyTime=2000-', 'yamada', 'head'],
      ['StudyDate=20240131-20240201&StudyTime=103000.5', 'thorax'],
    ],
  ],
  [
    'PS3.4 §C.2.2.2.6: sequences match in one item',
    [
      ['OtherPatientIDsSequence.PatientID=OLD1&OtherPatientIDsSequence.IssuerOfPatientID=X', 'thorax'],
      ['OtherPatientIDsSequence.PatientID=OLD1&OtherPatientIDsSequence.IssuerOfPatientID=Y'],
      ['OtherPatientIDsSequence.PatientID=OLD*', 'thorax'],
    ],
  ],
  [
    'PS3.18 §8.3.4.1.1: the time zone of a request',
    [
      ['TimezoneOffsetFromUTC=%2B0000&StudyDate=20240131&StudyTime=0929-0931', 'thorax'],
      ['TimezoneOffsetFromUTC=%2B0100&StudyDate=20240131&StudyTime=0929-0931'],
      ['TimezoneOffsetFromUTC=-1200&StudyDate=20240130', 'thorax'],
      ['TimezoneOffsetFromUTC=-1200&StudyDate=20240131&PatientID=P1'],
    ],
  ],
  [
    'PS3.4 §C.2.2.2.7, PS3.18 §8.3.4.5: empty values',
    [
      ['emptyvaluematching=true&StudyDate=%22%22', 'bare'],
      ['emptyvaluematching=true&PatientName=%22%22', 'bare', 'film'],
      ['emptyvaluematching=true&AccessionNumber=%22%22', 'bare', 'yamada', 'slides', 'film'],
      ['emptyvaluematching=false&AccessionNumber=%22%22'],
    ],
  ],
  [
    'PS3.4 §C.2.2.2.8, PS3.18 §8.3.4.6: multiple values',
    [
      ['multiplevaluematching=true&PatientID=P1%5CP_4', 'thorax', 'slides'],
      ['multiplevaluematching=true&PatientName=m*%5Cyamada*', 'yamada', 'head', 'thorax'],
      ['PatientID=P1%5CP_4'],
      // In a text a backslash is a character (PS3.5 §6.2, LT).
      ['PatientComments=a%5Cb', 'head'],
    ],
  ],
  [
    'PS3.4 §C.2.2.2.1.1, PS3.18 §8.3.4.2: fuzzy names by the starts of their words',
    [
      ['fuzzymatching=true&PatientName=muller', 'head', 'thorax'],
      ['fuzzymatching=true&PatientName=M%C3%9CLL', 'head', 'thorax'],
      ['fuzzymatching=true&PatientName=jurgen+mull', 'head', 'thorax'],
      ['fuzzymatching=true&PatientName=maria+berg', 'slides'],
      ['fuzzymatching=true&PatientName=berg%5Eanna', 'slides'],
      ['fuzzymatching=true&PatientName=aria'],
      ['fuzzymatching=true&PatientName=*aria*', 'slides'],
      [`fuzzymatching=true&PatientName=${encode('太郎')}`, 'yamada'],
      [`fuzzymatching=true&PatientName=${encode('たろう やま')}`, 'yamada'],
      ['fuzzymatching=true&ReferringPhysicianName=ewa', 'thorax'],
      ['fuzzymatching=true&PatientID=p1'],
      ['fuzzymatching=false&PatientName=muller'],
    ],
  ],
  [
    'PS3.18 Table 10.6.1-5: Modalities in Study, one or several',
    [
      ['ModalitiesInStudy=SR', 'thorax'],
      ['ModalitiesInStudy=MR,SM', 'yamada', 'slides'],
      ['ModalitiesInStudy=MR%5CSM', 'yamada', 'slides'],
      ['00080061=ANN', 'slides'],
    ],
  ],
])('%s', (_clause, rows) => {
  test.each(rows.map(([query, ...found]) => ({ query, found })))('$query', async ({ query, found }) => {
    expect(await studiesFound(query)).toEqual(found)
  })
})

describe('PS3.18 Table 10.6.1-1: all six resources, with keys of the levels above', () => {
  const ct = `${studies.thorax}.1`
  test.each<readonly [path: string, tag: string, found: readonly string[]]>([
    ['/series?PatientID=P1', tags.SeriesInstanceUID, [ct, `${studies.thorax}.2`]],
    ['/series?Modality=CT', tags.SeriesInstanceUID, [`${studies.head}.1`, ct]],
    ['/series?SeriesNumber=2', tags.SeriesInstanceUID, [`${studies.thorax}.2`, `${studies.slides}.2`]],
    [
      '/series?PerformedProcedureStepStartDate=20240131&PerformedProcedureStepStartTime=1035',
      tags.SeriesInstanceUID,
      [ct],
    ],
    ['/series?RequestAttributesSequence.ScheduledProcedureStepID=SPS2', tags.SeriesInstanceUID, [ct]],
    ['/series?00400275.00401001=RP1', tags.SeriesInstanceUID, [ct]],
    ['/series?00400275.00400009=SPS1&00400275.00401001=RP2', tags.SeriesInstanceUID, []],
    ['/series?ModalitiesInStudy=SR&Modality=CT', tags.SeriesInstanceUID, [ct]],
    [`/studies/${studies.thorax}/series`, tags.SeriesInstanceUID, [ct, `${studies.thorax}.2`]],
    [`/studies/${studies.thorax}/series?Modality=SR`, tags.SeriesInstanceUID, [`${studies.thorax}.2`]],
    [`/studies/${studies.thorax}/series?PatientID=P2`, tags.SeriesInstanceUID, []],
    [`/studies/${studies.slides}/instances?Modality=SM`, tags.SOPInstanceUID, [`${studies.slides}.1.1`]],
    [`/studies/${studies.thorax}/instances?InstanceNumber=2`, tags.SOPInstanceUID, [`${ct}.2`]],
    [`/studies/${studies.thorax}/series/${ct}/instances`, tags.SOPInstanceUID, [`${ct}.1`, `${ct}.2`]],
    [`/studies/${studies.thorax}/series/${ct}/instances?SOPInstanceUID=${ct}.2`, tags.SOPInstanceUID, [`${ct}.2`]],
    [`/studies/${studies.head}/series/${ct}/instances`, tags.SOPInstanceUID, []],
    [`/instances?SOPInstanceUID=${ct}.1,${studies.head}.1.1`, tags.SOPInstanceUID, [`${studies.head}.1.1`, `${ct}.1`]],
    ['/instances?SOPClassUID=1.2.840.10008.5.1.4.1.1.88.11', tags.SOPInstanceUID, [`${studies.thorax}.2.1`]],
    ['/instances?PatientName=m%C3%BCller*&Modality=CT&Rows=512', tags.SOPInstanceUID, [`${ct}.1`, `${ct}.2`]],
    ['/instances?AvailableTransferSyntaxUID=1.2.840.10008.1.2', tags.SOPInstanceUID, [`${ct}.2`]],
    ['/instances?AcquisitionDateTime=20240131093001-202401310930', tags.SOPInstanceUID, [`${ct}.1`, `${ct}.2`]],
    ['/instances?AcquisitionDateTime=20240131103002-0000-', tags.SOPInstanceUID, []],
    ['/instances?AcquisitionDateTime=20240131103002%2B0100-', tags.SOPInstanceUID, [`${ct}.2`]],
  ])('%s', async (path, tag, expected) => {
    const { status, headers, found } = await search(archive, path)
    expect(valuesIn(found, tag)).toEqual(expected)
    expect(status).toBe(expected.length === 0 ? 204 : 200)
    expect(headers.get('warning')).toBeNull()
  })
})

describe('what viewers send finds what they mean', () => {
  const study = studies.thorax
  const ct = `${study}.1`
  const requests: readonly (readonly [client: string, path: string, count: number, unsupported?: string])[] = [
    [
      'OHIF, study list',
      '/studies?PatientName=*ller*&00100020=P*&AccessionNumber=*ACC*&StudyDescription=*Thorax*&ModalitiesInStudy=CT,MR&StudyDate=19700102-20991231&limit=101&offset=0&fuzzymatching=true&includefield=00081030,00080060,00080090,00100030',
      1,
    ],
    [
      'OHIF, studies by UID',
      `/studies?limit=101&offset=0&fuzzymatching=false&includefield=00081030,00080060&StudyInstanceUID=${study}%5C${studies.head}`,
      2,
    ],
    ['OHIF, series', `/studies/${study}/series?includefield=0008103E,00080021`, 2],
    ['OHIF, one series', `/studies/${study}/series?SeriesInstanceUID=${ct}`, 1],
    ['OHIF, thumbnail', `/studies/${study}/series/${ct}/instances?limit=1&includefield=00080018`, 1],
    [
      'Weasis, studies of a patient',
      '/studies?00100020=P1&00100021=HOSP&includefield=00080020,00080030,00080050,00080061,00080090,00081030,00100010,00100020,00100021,00100030,00100040,0020000D,00200010&limit=10&offset=0',
      1,
    ],
    ['Weasis, another issuer', '/studies?00100020=P1&00100021=OTHER', 0],
    [
      'Weasis, series, fields one by one',
      `/studies/${study}/series?includefield=0008103E&includefield=00080060&includefield=0020000E&includefield=00200011&includefield=00081190`,
      2,
    ],
    ['Weasis, count', `/studies/${study}/series?0020000E=${ct}&includefield=00201209`, 1],
    ['Weasis, middle slice', `/studies/${study}/series/${ct}/instances?includefield=00080018&limit=1&offset=1`, 1],
    [
      'Weasis, instances',
      `/studies/${study}/series/${ct}/instances?includefield=00080016,00080018,00200013,00081190`,
      2,
    ],
    ['VolView', '/studies', 6],
    ['slim, list', '/studies?ModalitiesInStudy=SM&limit=50&offset=0', 1],
    ['slim, filter', '/studies?ModalitiesInStudy=SM&PersonName=*berg*&fuzzymatching=true', 1, 'PersonName'],
    ['slim, derived objects', `/studies/${studies.slides}/instances?Modality=ANN`, 1],
    ['Slicer, series', `/studies/${study}/series?offset=0`, 2],
    ['Slicer, past the end', `/studies/${study}/series?offset=2`, 0],
  ]
  test.each(requests.map(([client, path, count, unsupported]) => ({ client, path, count, unsupported })))(
    '$client',
    async ({ path, count, unsupported }) => {
      const { status, headers, found } = await search(archive, path, {
        accept: 'application/dicom+json, application/json',
      })
      expect(found).toHaveLength(count)
      expect(status).toBe(count === 0 ? 204 : 200)
      if (unsupported !== undefined) expect(headers.get('warning')).toContain(unsupported)
      else expect(headers.get('warning') ?? '').not.toContain('not supported')
    },
  )
})

describe('PS3.18 Table 10.6.3-1: a bad value is a 400 that names its parameter', () => {
  test.each([
    ['StudyDate', 'StudyDate=yesterday'],
    ['StudyDate', 'StudyDate=20241301'],
    ['StudyDate', 'StudyDate=-'],
    ['StudyTime', 'StudyTime=25'],
    ['00080020', '00080020=2024*'],
    ['StudyInstanceUID', 'StudyInstanceUID=1.2.x'],
    ['NumberOfStudyRelatedSeries', 'NumberOfStudyRelatedSeries=two'],
    ['PatientID', 'PatientID=A&PatientID=B'],
    ['limit', 'limit=-1'],
    ['limit', 'limit=ten'],
    ['offset', 'offset=1.5'],
    ['fuzzymatching', 'fuzzymatching=yes'],
    ['emptyvaluematching', 'emptyvaluematching=1'],
    ['includefield', 'includefield=NoSuchAttribute'],
    ['after', 'after=anything'],
    ['IssuerOfAccessionNumberSequence', 'IssuerOfAccessionNumberSequence=1.2.3'],
  ])('%s: %s', async (parameter, query) => {
    const response = await fetch(`${archive.root}/studies?${query}`)
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({ parameter, detail: expect.stringContaining(parameter) })
    expect(text).not.toMatch(/yesterday|1\.2\.x/)
  })
})
