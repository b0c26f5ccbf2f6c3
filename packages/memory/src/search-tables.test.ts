import { deflateRawSync } from 'node:zlib'
import { describe, expect, it, test } from '@jest/globals'
import { recordOf } from '@sansfilm/adapter-contracts'
import { createDicomweb } from '@sansfilm/core'
import type { Level } from '@sansfilm/core/adapters'
import { type Attribute, type Dataset, type Keyword, lookupTag, type Tag, tags, type Value } from '@sansfilm/dicom'
import { memoryIndex } from './memory-index.ts'
import { memoryStorage } from './memory-storage.ts'

/*
 * The tables of PS3.18 §10.6, row by row as the standard has them, held against what a search finds and returns: in an
 * archive of one study in which everything is known, and one in which nothing is that need not be.
 */

/** Types of PS3.4 §C.2.2.1; the condition of C is "shall be present if known", or retrievable. */
type Type = 'U' | 'R' | 'C'

type Rows = Readonly<Partial<Record<Keyword, Type>>>

/** PS3.18 Tables 10.6.3-3, 10.6.3-4 and 10.6.3-5. */
const returned: Readonly<Record<Level, Rows>> = {
  study: {
    StudyDate: 'R',
    StudyTime: 'R',
    AccessionNumber: 'R',
    InstanceAvailability: 'C',
    ModalitiesInStudy: 'R',
    ReferringPhysicianName: 'R',
    TimezoneOffsetFromUTC: 'C',
    RetrieveURL: 'C',
    PatientName: 'R',
    PatientID: 'R',
    PatientBirthDate: 'R',
    PatientSex: 'R',
    StudyInstanceUID: 'U',
    StudyID: 'R',
    NumberOfStudyRelatedSeries: 'R',
    NumberOfStudyRelatedInstances: 'R',
  },
  series: {
    Modality: 'R',
    TimezoneOffsetFromUTC: 'C',
    SeriesDescription: 'C',
    RetrieveURL: 'R',
    SeriesInstanceUID: 'U',
    SeriesNumber: 'R',
    NumberOfSeriesRelatedInstances: 'R',
    PerformedProcedureStepStartDate: 'C',
    PerformedProcedureStepStartTime: 'C',
    RequestAttributesSequence: 'C',
  },
  instance: {
    SOPClassUID: 'R',
    SOPInstanceUID: 'U',
    InstanceAvailability: 'C',
    TimezoneOffsetFromUTC: 'C',
    RetrieveURL: 'R',
    InstanceNumber: 'R',
    Rows: 'C',
    Columns: 'C',
    BitsAllocated: 'C',
    NumberOfFrames: 'C',
  },
}

/** The rows of Table 10.6.3-4 marked `>`, of type R. */
const inItems: readonly Keyword[] = ['ScheduledProcedureStepID', 'RequestedProcedureID']

/** PS3.18 Table 10.6.1-5, each with a value that the full study has. */
const matched: Readonly<Record<Level, Readonly<Record<string, string>>>> = {
  study: {
    StudyDate: '20240131',
    StudyTime: '1030',
    AccessionNumber: 'A1',
    ModalitiesInStudy: 'CT',
    ReferringPhysicianName: 'Doe^Jane',
    PatientName: 'Roe^Richard',
    PatientID: 'P1',
    StudyInstanceUID: '2.25.1.1',
    StudyID: 'S1',
  },
  series: {
    Modality: 'CT',
    SeriesInstanceUID: '2.25.1.1.1',
    SeriesNumber: '7',
    PerformedProcedureStepStartDate: '20240131',
    PerformedProcedureStepStartTime: '1045',
    'RequestAttributesSequence.ScheduledProcedureStepID': 'SPS1',
    'RequestAttributesSequence.RequestedProcedureID': 'RP1',
  },
  instance: {
    SOPClassUID: '2.25.1.7',
    SOPInstanceUID: '2.25.1.1.1.1',
    InstanceNumber: '9',
  },
}

/** PS3.18 Table 10.6.1-4 for the full study: the levels of the keys, and of what results have (§10.6.3.3.1 to .3). */
const resources: readonly (readonly [path: string, levels: readonly Level[]])[] = [
  ['/studies', ['study']],
  ['/studies/2.25.1.1/series', ['series']],
  ['/studies/2.25.1.1/instances', ['series', 'instance']],
  ['/series', ['study', 'series']],
  ['/studies/2.25.1.1/series/2.25.1.1.1/instances', ['instance']],
  ['/instances', ['study', 'series', 'instance']],
]

/** What the archive knows whatever an instance says. */
const alwaysKnown: readonly string[] = [
  ...['InstanceAvailability', 'RetrieveURL', 'StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID', 'SOPClassUID'],
  ...['NumberOfStudyRelatedSeries', 'NumberOfStudyRelatedInstances', 'NumberOfSeriesRelatedInstances'],
]

function dataset(values: Readonly<Partial<Record<Keyword, Value>>>): Dataset {
  return Object.fromEntries(
    Object.entries(values).map(([keyword, value]): [Tag, Attribute] => {
      const tag = tags[keyword as Keyword] // Object.entries forgets the key type
      return [tag, { vr: lookupTag(tag)?.vr ?? 'UN', Value: [value] }]
    }),
  )
}

const full = recordOf({
  study: 1,
  studyAttributes: dataset({
    StudyDate: '20240131',
    StudyTime: '1030',
    AccessionNumber: 'A1',
    ReferringPhysicianName: { Alphabetic: 'Doe^Jane' },
    TimezoneOffsetFromUTC: '+0100',
    PatientName: { Alphabetic: 'Roe^Richard' },
    PatientID: 'P1',
    PatientBirthDate: '19700101',
    PatientSex: 'M',
    StudyID: 'S1',
  }),
  seriesAttributes: dataset({
    Modality: 'CT',
    TimezoneOffsetFromUTC: '+0100',
    SeriesDescription: 'Lung',
    SeriesNumber: 7,
    PerformedProcedureStepStartDate: '20240131',
    PerformedProcedureStepStartTime: '1045',
    RequestAttributesSequence: dataset({ ScheduledProcedureStepID: 'SPS1', RequestedProcedureID: 'RP1' }),
  }),
  instanceAttributes: dataset({
    TimezoneOffsetFromUTC: '+0100',
    InstanceNumber: 9,
    Rows: 512,
    Columns: 256,
    BitsAllocated: 16,
    NumberOfFrames: 1,
  }),
})

const bare = recordOf({
  study: 2,
  seriesAttributes: {
    [tags.Modality]: { vr: 'CS' },
    [tags.SeriesNumber]: { vr: 'IS' },
    [tags.TimezoneOffsetFromUTC]: { vr: 'SH' },
  },
  instanceAttributes: { ...dataset({ SOPClassUID: '2.25.1.8' }), [tags.InstanceNumber]: { vr: 'IS' } },
})

/** Of an instance that says nothing beyond the tables. */
const metadata = deflateRawSync('{}')

const index = memoryIndex()
const dicomweb = createDicomweb({ storage: memoryStorage(), index })
const stored = Promise.all([full, bare].map((record) => index.add({ ...record, metadata }, 'refuse')))

async function get(url: string, accept?: string): Promise<{ readonly headers: object; readonly text: string }> {
  await stored
  const headers = accept === undefined ? {} : { accept }
  const response = await dicomweb.handle({ method: 'GET', url, serviceRoot: '/dicom-web', headers, body: null })
  const chunks: Uint8Array[] = []
  if (response.body instanceof Uint8Array) chunks.push(response.body)
  else for await (const chunk of response.body ?? []) chunks.push(chunk.slice())
  return { headers: response.headers, text: Buffer.concat(chunks).toString() }
}

async function search(url: string): Promise<readonly Dataset[]> {
  const { headers, text } = await get(url)
  expect(headers).not.toHaveProperty('warning')
  return text === '' ? [] : JSON.parse(text)
}

const inBare = (path: string) => path.replaceAll('2.25.1.1', '2.25.1.2')
const ofStudy = (path: string, study: string) => `${path}?StudyInstanceUID=${study}`
/** A path that names a study takes no key of it. */
const onlyIn = (path: string, study: string) => (path.startsWith('/studies/') ? path : ofStudy(path, study))

describe.each(resources)('%s', (path, levels) => {
  const rows = levels.flatMap((each) => Object.entries(returned[each]) as [Keyword, Type][]) // as the tables are typed

  it.each(rows)('returns %s (%s) with its value', async (keyword) => {
    const [found = {}] = await search(onlyIn(path, '2.25.1.1'))
    expect(found[tags[keyword]]).toEqual({ vr: lookupTag(tags[keyword])?.vr, Value: [expect.anything()] })
  })

  it.each(rows)('returns %s (%s) where no instance tells it as its type says', async (keyword, type) => {
    const [found = {}] = await search(onlyIn(inBare(path), '2.25.1.2'))
    const attribute = found[tags[keyword]]
    if (alwaysKnown.includes(keyword)) expect(attribute?.Value).toHaveLength(1)
    else if (type === 'C') expect(attribute).toBeUndefined()
    // "No Value" is how JSON has zero length (§F.2.5).
    else expect(attribute).toEqual({ vr: lookupTag(tags[keyword])?.vr })
  })

  it.each(rows)('returns %s (%s) when includefield names it', async (keyword) => {
    for (const name of [keyword, tags[keyword]]) {
      const [found = {}] = await search(`${path}?includefield=${name}`)
      expect(found).toHaveProperty(tags[keyword])
    }
  })

  const keys = levels.flatMap((each) => Object.entries(matched[each]))

  it.each(keys)('matches %s', async (name, value) => {
    const byTag = name
      .split('.')
      .map((part) => tags[part as Keyword]) // the keywords above
      .join('.')
    for (const key of [name, byTag]) {
      const found = await search(`${path}?${key}=${encodeURIComponent(value)}`)
      expect(found.map((each) => each[tags.StudyInstanceUID]?.Value?.[0])).toEqual(['2.25.1.1'])
    }
    expect(await search(`${path}?${name}=${other(value)}`)).toEqual([])
    // Universal matching excludes nothing, and returns the attribute (PS3.4 §C.2.2.2.3).
    const all = await search(`${path}?${name}=`)
    expect(all).toHaveLength(path.startsWith('/studies/') ? 1 : 2)
    for (const each of all) {
      const tag = tags[name.split('.')[0] as Keyword] // likewise
      expect(each).toHaveProperty(tag)
    }
  })

  it('is not narrowed by Timezone Offset From UTC, which is not matched', async () => {
    expect(await search(`${path}?TimezoneOffsetFromUTC=%2B0900`)).toHaveLength(path.startsWith('/studies/') ? 1 : 2)
  })
})

test('items of Request Attributes Sequence have both IDs, known or not', async () => {
  const index = memoryIndex()
  const seriesAttributes = dataset({ RequestAttributesSequence: dataset({ RequestedProcedureID: 'RP2' }) })
  await index.add(recordOf({ seriesAttributes }), 'refuse')
  const { handle } = createDicomweb({ storage: memoryStorage(), index })
  const { body } = await handle({ method: 'GET', url: '/series', serviceRoot: '', headers: {}, body: null })
  const [found] = JSON.parse(Buffer.from(body as Uint8Array).toString()) // short answers are sent whole
  const [item] = found[tags.RequestAttributesSequence].Value
  expect(Object.keys(item)).toEqual(inItems.map((keyword) => tags[keyword]).sort())
  expect(item[tags.RequestedProcedureID].Value).toEqual(['RP2'])
  expect(item[tags.ScheduledProcedureStepID]).toEqual({ vr: 'SH' })
})

test('Timezone Offset From UTC is never sent with zero length (PS3.4 §C.4.1.1.3.2), asked for or not', async () => {
  for (const path of ['/studies', '/series', '/instances']) {
    for (const more of ['', '&includefield=TimezoneOffsetFromUTC', '&includefield=all', '&TimezoneOffsetFromUTC=']) {
      const [found] = await search(`${ofStudy(path, '2.25.1.2')}${more}`)
      expect(found).not.toHaveProperty(tags.TimezoneOffsetFromUTC)
    }
  }
})

test('a study without a modality has Modalities in Study without a value in XML too', async () => {
  const { text } = await get(ofStudy('/studies', '2.25.1.2'), 'multipart/related; type="application/dicom+xml"')
  expect(text).toMatch(/<DicomAttribute tag="00080061" vr="CS" keyword="ModalitiesInStudy"(\/>|>\s*<\/DicomAttribute>)/)
})

/** Another value that the VR can have. */
function other(value: string): string {
  return /^\d+$/.test(value) ? value.replace(/\d$/, (digit) => String((Number(digit) + 9) % 10)) : `${value}0`
}
