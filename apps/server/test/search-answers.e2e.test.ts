import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Dataset, decodeNativeModel, tags } from '@sansfilm/dicom'
import { parseMultipart } from './support/parse-multipart.ts'
import { search, storeSearchStudies, storeValues, studies, valuesIn } from './support/search-archive.ts'
import { startTestArchive, type TestArchive } from './support/test-archive.ts'

let archive: TestArchive

/** A private attribute of block 10, and the element that reserves the block (PS3.5 §7.8.1). */
const creator = '00090010'
const ward = '00091001'

beforeAll(async () => {
  archive = await startTestArchive({ extraAttributes: { study: [[ward]], instance: [[tags.KVP]] } })
  await storeSearchStudies(archive)
  await storeValues(
    archive,
    {
      StudyInstanceUID: '2.25.70',
      SeriesInstanceUID: '2.25.70.1',
      SOPInstanceUID: '2.25.70.1.1',
      KVP: 120,
      PatientID: 'P7',
    },
    { [creator]: { vr: 'LO', Value: ['SANSFILM TEST'] }, [ward]: { vr: 'LO', Value: ['North 3'] } },
  )
})

afterAll(async () => {
  await archive.close()
})

const first = async (path: string): Promise<Dataset> => {
  const { found } = await search(archive, path)
  return found[0] ?? {}
}
const tagsOf = (dataset: Dataset) => Object.keys(dataset)

const thorax = `/studies/${studies.thorax}`
const ct = `${studies.thorax}.1`

describe('PS3.18 Tables 10.6.3-3 to 10.6.3-5: what is returned', () => {
  const studyLevel = [
    ...[tags.StudyDate, tags.StudyTime, tags.AccessionNumber, tags.InstanceAvailability, tags.ModalitiesInStudy],
    ...[tags.ReferringPhysicianName, tags.TimezoneOffsetFromUTC, tags.StudyDescription, tags.RetrieveURL],
    ...[tags.PatientName, tags.PatientID, tags.IssuerOfPatientID, tags.PatientBirthDate, tags.PatientSex],
    ...[tags.StudyInstanceUID, tags.StudyID, tags.NumberOfStudyRelatedSeries, tags.NumberOfStudyRelatedInstances],
  ]
  const seriesLevel = [
    ...[tags.InstanceAvailability, tags.Modality, tags.TimezoneOffsetFromUTC, tags.SeriesDescription, tags.RetrieveURL],
    ...[tags.BodyPartExamined, tags.SeriesInstanceUID, tags.SeriesNumber, tags.NumberOfSeriesRelatedInstances],
    ...[tags.PerformedProcedureStepStartDate, tags.PerformedProcedureStepStartTime, tags.RequestAttributesSequence],
  ]
  const instanceLevel = [
    ...[tags.SOPClassUID, tags.SOPInstanceUID, tags.InstanceAvailability, tags.TimezoneOffsetFromUTC, tags.RetrieveURL],
    ...[tags.AvailableTransferSyntaxUID, tags.InstanceNumber, tags.Rows, tags.Columns, tags.BitsAllocated],
    ...[tags.NumberOfFrames, tags.StudyInstanceUID, tags.SeriesInstanceUID],
  ]
  const sorted = (...lists: readonly (readonly string[])[]) => [...new Set(lists.flat())].sort()

  test.each<readonly [path: string, expected: readonly string[]]>([
    ['/studies?PatientID=P1', sorted(studyLevel)],
    ['/series?PatientID=P1&Modality=CT', sorted(studyLevel, seriesLevel)],
    [`${thorax}/series?Modality=CT`, sorted(seriesLevel, [tags.StudyInstanceUID])],
    ['/instances?PatientID=P1&Modality=CT', sorted(studyLevel, seriesLevel, instanceLevel)],
    [`${thorax}/instances?Modality=CT`, sorted(seriesLevel, instanceLevel)],
    [`${thorax}/series/${ct}/instances`, sorted(instanceLevel)],
  ])('%s', async (path, expected) => {
    expect(tagsOf(await first(path))).toEqual(expected)
  })

  test('types R and U are there without a value too', async () => {
    const bare = await first('/studies?PatientID=P%254')
    for (const tag of [tags.StudyDate, tags.StudyTime, tags.AccessionNumber, tags.PatientName, tags.StudyID])
      expect(bare[tag]).toEqual({ vr: expect.any(String) })
    expect(bare).not.toHaveProperty(tags.TimezoneOffsetFromUTC)
  })

  test('values are as they were stored', async () => {
    expect(await first('/studies?PatientID=P1')).toMatchObject({
      [tags.StudyTime]: { vr: 'TM', Value: ['103000.5'] },
      [tags.ModalitiesInStudy]: { vr: 'CS', Value: ['CT', 'SR'] },
      [tags.NumberOfStudyRelatedInstances]: { vr: 'IS', Value: [3] },
      [tags.InstanceAvailability]: { vr: 'CS', Value: ['ONLINE'] },
    })
    expect(await first('/studies?PatientName=yamada*')).toMatchObject({
      [tags.PatientName]: {
        vr: 'PN',
        Value: [{ Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' }],
      },
    })
    expect(await first(`${thorax}/series?Modality=CT`)).toMatchObject({
      [tags.RequestAttributesSequence]: {
        vr: 'SQ',
        Value: [
          { [tags.ScheduledProcedureStepID]: { Value: ['SPS1'] }, [tags.RequestedProcedureID]: { Value: ['RP1'] } },
          { [tags.ScheduledProcedureStepID]: { Value: ['SPS2'] }, [tags.RequestedProcedureID]: { Value: ['RP2'] } },
        ],
      },
    })
    const { found } = await search(archive, `${thorax}/series/${ct}/instances`)
    expect(valuesIn(found, tags.AvailableTransferSyntaxUID)).toEqual(['1.2.840.10008.1.2.1', '1.2.840.10008.1.2'])
  })

  test.each(['/studies?PatientID=P1', `${thorax}/series?Modality=CT`, '/instances?Modality=SM'])(
    'the Retrieve URL of %s works as it stands',
    async (path) => {
      const [url = ''] = valuesIn((await search(archive, path)).found, tags.RetrieveURL)
      expect(url.startsWith(`${archive.root}/studies/`)).toBe(true)
      const response = await fetch(url, {
        headers: { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' },
      })
      expect(response.status).toBe(200)
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(128)
    },
  )
})

describe('PS3.18 §8.3.4.3: includefield', () => {
  test.each([
    'includefield=PatientAge,OtherPatientIDsSequence',
    'includefield=00101010&includefield=00101002',
    'includefield=PatientAge%2C00101002',
    'includefield=PatientAge&includefield=OtherPatientIDsSequence.PatientID',
    'includefield=all',
    'PatientAge=&OtherPatientIDsSequence.PatientID=OLD1',
  ])('%s', async (query) => {
    expect(await first(`/studies?PatientID=P1&${query}`)).toMatchObject({
      [tags.PatientAge]: { vr: 'AS', Value: ['054Y'] },
      [tags.OtherPatientIDsSequence]: { Value: [{ [tags.PatientID]: { Value: ['OLD1'] } }, {}] },
    })
  })

  test('what was not asked for is left out; lower levels are not returned (§10.6.3.3.1)', async () => {
    expect(await first('/studies?PatientID=P1')).not.toHaveProperty(tags.PatientAge)
    const asked = await first('/studies?PatientID=P1&includefield=00080060,SeriesNumber,SOPInstanceUID')
    expect(tagsOf(asked)).toEqual(tagsOf(await first('/studies?PatientID=P1')))
  })

  test('levels above are returned when asked for (§10.6.3.3.2)', async () => {
    const [answer] = (await search(archive, `${thorax}/series?includefield=PatientID,NumberOfStudyRelatedSeries`)).found
    expect(answer).toMatchObject({
      [tags.PatientID]: { Value: ['P1'] },
      [tags.NumberOfStudyRelatedSeries]: { Value: [2] },
    })
  })

  test('an instance has all of its attributes to give', async () => {
    const found = await first('/studies/2.25.70/instances?includefield=all')
    expect(found).toMatchObject({ [tags.KVP]: { Value: [120] }, [ward]: { Value: ['North 3'] } })
    expect(await first(`${thorax}/instances?includefield=AcquisitionDateTime`)).toHaveProperty(tags.AcquisitionDateTime)
  })
})

describe('attributes configured beyond the tables', () => {
  test('are matched and returned, a private one with its creator', async () => {
    const found = await first(`/studies?${creator}=SANSFILM+TEST&${ward}=North*`)
    expect(found).toMatchObject({
      [tags.StudyInstanceUID]: { Value: ['2.25.70'] },
      [creator]: { vr: 'LO', Value: ['SANSFILM TEST'] },
      [ward]: { Value: ['North 3'] },
    })
    expect((await search(archive, `/studies?${creator}=OTHER&${ward}=North+3`)).status).toBe(204)
    expect((await search(archive, '/instances?KVP=120.0')).found).toHaveLength(1)
  })
})

describe('PS3.18 §10.6.3.2, §8.3.4.4.1: what an answer says beside its results', () => {
  const warningOf = async (path: string) => (await search(archive, path)).headers.get('warning')

  test('remaining results', async () => {
    const warning = await warningOf('/studies?limit=5&offset=1')
    expect(warning).toBe(`299 ${archive.root}: "There are 1 additional results that can be requested"`)
    expect(await warningOf('/studies?limit=7')).toBeNull()
    expect(await warningOf('/studies?limit=6&offset=1')).toBeNull()
    expect(await warningOf('/studies?offset=100&limit=1')).toBeNull()
  })

  test('limit=0 has no results, and all of them remain', async () => {
    const { status, headers } = await search(archive, '/studies?limit=0&offset=3')
    expect(status).toBe(204)
    expect(headers.get('warning')).toContain('There are 4 additional results')
    expect(headers.get('link')).toBeNull()
  })

  test('keys that had no effect, and what each other key found all the same', async () => {
    const { found, headers } = await search(
      archive,
      '/studies?PatientID=P1&PersonName=x&NoSuchKey=1&Modality=CT&%0d%0aX=1',
    )
    expect(found).toHaveLength(1)
    expect(headers.get('warning')).toBe(
      `299 ${archive.root}: "The following search parameters are not supported and had no effect: PersonName, NoSuchKey, Modality, (a name that cannot be shown)"`,
    )
  })

  test('that caches have to ask again, and that pages elsewhere may read it', async () => {
    for (const path of ['/studies', '/studies?PatientID=none']) {
      const { headers } = await search(archive, path)
      expect(headers.get('cache-control')).toBe('private, no-cache')
      expect(headers.get('access-control-allow-origin')).toBe('*')
      expect(headers.get('access-control-expose-headers')).toMatch(/Warning/i)
      expect(headers.get('access-control-expose-headers')).toMatch(/Link/i)
    }
  })

  test('HEAD says the same without results', async () => {
    const head = await fetch(`${archive.root}/studies?limit=1`, { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(head.headers.get('content-type')).toBe('application/dicom+json')
    expect(head.headers.get('warning')).toContain('There are 6 additional')
    expect(await head.text()).toBe('')
  })
})

describe('PS3.18 Table 10.6.4-1: media types', () => {
  const xml = 'multipart/related; type="application/dicom+xml"'

  test.each(['/studies?includefield=all', '/series', '/instances?includefield=all'])(
    '%s is the same in JSON and XML',
    async (path) => {
      const response = await fetch(archive.root + path, { headers: { accept: xml } })
      expect(response.status).toBe(200)
      const contentType = response.headers.get('content-type')
      expect(contentType).toMatch(/^multipart\/related; type="application\/dicom\+xml"; boundary=/)
      const parts = parseMultipart(contentType, Buffer.from(await response.arrayBuffer()))
      expect(new Set(parts.map(({ headers }) => headers['content-type']))).toEqual(new Set(['application/dicom+xml']))
      expect(parts.map(({ body }) => decodeNativeModel(body))).toEqual((await search(archive, path)).found)
    },
  )

  test.each([
    ['*/*', 'application/dicom+json'],
    ['application/json', 'application/json'],
    ['application/dicom+json, application/json', 'application/dicom+json'],
    ['text/html, application/xhtml+xml;q=0.9, */*;q=0.8', 'application/dicom+json'],
    [xml, xml],
    ['multipart/related; type=application/dicom+xml', xml],
    ['multipart/related', xml],
    ['application/dicom+xml', xml],
    [`${xml}, application/dicom+json;q=0.5`, xml],
    [`${xml};q=0.2, application/dicom+json;q=0.5`, 'application/dicom+json'],
  ])('Accept: %s', async (accept, expected) => {
    const response = await fetch(`${archive.root}/studies`, { headers: { accept } })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')?.startsWith(expected)).toBe(true)
    await response.arrayBuffer()
  })

  test.each(['accept=application/dicom%2Bjson', 'accept=application/dicom+json'])(
    '?%s counts before the header',
    async (query) => {
      const { headers } = await search(archive, `/studies?${query}`, { accept: xml })
      expect(headers.get('content-type')).toBe('application/dicom+json')
      expect(headers.get('warning')).toBeNull()
    },
  )

  test('what cannot be produced is a 406 that says what can', async () => {
    const response = await fetch(`${archive.root}/studies`, { headers: { accept: 'text/csv' } })
    expect(response.status).toBe(406)
    expect(await response.json()).toMatchObject({
      accept: 'Accept: text/csv',
      available: expect.arrayContaining(['application/dicom+json', xml]),
    })
  })

  test.each([['application/dicom+json'], [xml]])('%s comes gzipped to who can read that', async (accept) => {
    const url = `${archive.root}/studies?includefield=all`
    const plain = await rawBytes(url, { accept, 'accept-encoding': 'identity' })
    expect(plain.headers.get('content-encoding')).toBeNull()
    const coded = await rawBytes(url, { accept, 'accept-encoding': 'gzip' })
    expect(coded.headers.get('content-encoding')).toBe('gzip')
    expect(coded.headers.get('vary')).toMatch(/Accept-Encoding/)
    expect(coded.text.replaceAll(/[0-9a-f]{20,}/g, '')).toBe(plain.text.replaceAll(/[0-9a-f]{20,}/g, ''))
  })
})

/** `fetch` decodes what it gets; the header is what tells. */
async function rawBytes(url: string, headers: Record<string, string>) {
  const response = await fetch(url, { headers })
  return { headers: response.headers, text: await response.text() }
}

describe('derived attributes', () => {
  test('are exact after each store and delete', async () => {
    const study = '2.25.80'
    const store = (series: number, instance: number, modality: string) =>
      storeValues(archive, {
        StudyInstanceUID: study,
        SeriesInstanceUID: `${study}.${series}`,
        SOPInstanceUID: `${study}.${series}.${instance}`,
        Modality: modality,
        SeriesNumber: series,
        InstanceNumber: instance,
      })
    const remove = async (path: string) =>
      expect((await fetch(`${archive.root}/studies/${study}${path}`, { method: 'DELETE' })).status).toBe(204)
    const counts = async () => {
      const found = await first(`/studies?StudyInstanceUID=${study}`)
      const series = (await search(archive, `/studies/${study}/series`)).found
      return [
        found[tags.NumberOfStudyRelatedSeries]?.Value?.[0],
        found[tags.NumberOfStudyRelatedInstances]?.Value?.[0],
        found[tags.ModalitiesInStudy]?.Value,
        series.map((one) => one[tags.NumberOfSeriesRelatedInstances]?.Value?.[0]),
      ]
    }
    await store(1, 1, 'CT')
    await store(1, 2, 'CT')
    await store(1, 2, 'CT')
    expect(await counts()).toEqual([1, 2, ['CT'], [2]])
    await store(2, 1, 'SEG')
    expect(await counts()).toEqual([2, 3, ['CT', 'SEG'], [2, 1]])
    expect((await search(archive, `/studies?ModalitiesInStudy=SEG&StudyInstanceUID=${study}`)).found).toHaveLength(1)
    await remove(`/series/${study}.1/instances/${study}.1.1`)
    expect(await counts()).toEqual([2, 2, ['CT', 'SEG'], [1, 1]])
    await remove(`/series/${study}.2`)
    expect(await counts()).toEqual([1, 1, ['CT'], [1]])
    expect((await search(archive, `/studies?ModalitiesInStudy=SEG&StudyInstanceUID=${study}`)).status).toBe(204)
    await remove('')
    expect((await search(archive, `/studies?StudyInstanceUID=${study}`)).status).toBe(204)
    expect((await search(archive, `/instances?StudyInstanceUID=${study}`)).status).toBe(204)
  })
})
