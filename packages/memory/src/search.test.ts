import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { recordOf } from '@sansfilm/adapter-contracts'
import { type Authorize, createDicomweb, type DicomwebEvent, type DicomwebResponse } from '@sansfilm/core'
import type { InstanceIndex } from '@sansfilm/core/adapters'
import { type Dataset, tags, transferSyntaxes } from '@sansfilm/dicom'
import { memoryIndex } from './memory-index.ts'
import { memoryStorage } from './memory-storage.ts'

const serviceRoot = 'https://pacs.example/dicom-web'

interface Setup {
  readonly authorize?: Authorize
  readonly partitions?: readonly string[]
  readonly fill?: (index: InstanceIndex) => Promise<void>
}

/** An archive whose searches are called as a client would. */
async function archive({ fill = threeStudies, ...options }: Setup = {}) {
  const index = memoryIndex()
  const events: DicomwebEvent[] = []
  await fill(index)
  const listeners = [(event: DicomwebEvent) => void events.push(event)]
  const dicomweb = createDicomweb({ storage: memoryStorage(), index, listeners, ...options })
  const get = async (url: string, headers: Record<string, string> = {}) => {
    const response = await dicomweb.handle({ method: 'GET', url, serviceRoot, headers, body: null })
    return { ...response, text: await textOf(response) }
  }
  const find = async (url: string): Promise<Dataset[]> => {
    const { status, text } = await get(url)
    return status === 204 ? [] : JSON.parse(text)
  }
  return { get, find, events }
}

async function textOf({ body }: DicomwebResponse): Promise<string> {
  if (body === null) return ''
  const chunks: Uint8Array[] = []
  if (body instanceof Uint8Array) chunks.push(body)
  else for await (const chunk of body) chunks.push(chunk.slice())
  return Buffer.concat(chunks).toString()
}

/** Study n of patient n on day n: a CT series of two images and an SR. */
async function threeStudies(index: InstanceIndex): Promise<void> {
  for (const study of [1, 2, 3]) {
    const studyAttributes: Dataset = {
      [tags.StudyDate]: { vr: 'DA', Value: [`2024010${study}`] },
      [tags.PatientName]: { vr: 'PN', Value: [{ Alphabetic: `Müller^Patient ${study}` }] },
      [tags.PatientID]: { vr: 'LO', Value: [`P${study}`] },
      [tags.PatientComments]: { vr: 'LT', Value: ['none'] },
    }
    for (const [series, instance, modality] of [
      [1, 1, 'CT'],
      [1, 2, 'CT'],
      [2, 1, 'SR'],
    ] as const) {
      const seriesAttributes: Dataset = { [tags.Modality]: { vr: 'CS', Value: [modality] } }
      const instanceAttributes: Dataset = { [tags.Rows]: { vr: 'US', Value: [512] } }
      const whole: Dataset = {
        ...studyAttributes,
        [tags.KVP]: { vr: 'DS', Value: [120] },
        [tags.PixelData]: { vr: 'OW', BulkDataURI: '\0/path' },
      }
      const text = JSON.stringify(whole).replace('\\u0000', '\0')
      const record = recordOf({ study, series, instance, studyAttributes, seriesAttributes, instanceAttributes })
      await index.add({ ...record, metadata: deflateRawSync(text) }, 'refuse')
    }
  }
}

const valueIn = (dataset: Dataset | undefined, tag: string) => dataset?.[tag]?.Value?.[0]
const studiesOf = (datasets: readonly Dataset[]) => datasets.map((dataset) => valueIn(dataset, tags.StudyInstanceUID))

describe('search for studies', () => {
  it('returns the attributes of Table 10.6.3-3, empty ones too, newest study first', async () => {
    const { get } = await archive()
    const { status, headers, text } = await get('/studies')
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('application/dicom+json')
    expect(headers['content-length']).toBe(String(Buffer.byteLength(text)))
    const found: Dataset[] = JSON.parse(text)
    expect(studiesOf(found)).toEqual(['2.25.1.3', '2.25.1.2', '2.25.1.1'])
    expect(found[0]).toEqual({
      [tags.StudyDate]: { vr: 'DA', Value: ['20240103'] },
      [tags.StudyTime]: { vr: 'TM' },
      [tags.AccessionNumber]: { vr: 'SH' },
      [tags.InstanceAvailability]: { vr: 'CS', Value: ['ONLINE'] },
      [tags.ModalitiesInStudy]: { vr: 'CS', Value: ['CT', 'SR'] },
      [tags.ReferringPhysicianName]: { vr: 'PN' },
      [tags.RetrieveURL]: { vr: 'UR', Value: [`${serviceRoot}/studies/2.25.1.3`] },
      [tags.PatientName]: { vr: 'PN', Value: [{ Alphabetic: 'Müller^Patient 3' }] },
      [tags.PatientID]: { vr: 'LO', Value: ['P3'] },
      [tags.PatientBirthDate]: { vr: 'DA' },
      [tags.PatientSex]: { vr: 'CS' },
      [tags.StudyInstanceUID]: { vr: 'UI', Value: ['2.25.1.3'] },
      [tags.StudyID]: { vr: 'SH' },
      [tags.NumberOfStudyRelatedSeries]: { vr: 'IS', Value: [2] },
      [tags.NumberOfStudyRelatedInstances]: { vr: 'IS', Value: [3] },
    })
    expect(Object.keys(found[0] ?? {})).toEqual(Object.keys(found[0] ?? {}).sort())
  })

  it('matches, and returns what is asked for and each key', async () => {
    const { find } = await archive()
    const found = await find(
      '/studies?PatientName=muller*&StudyDate=20240102-&includefield=PatientComments&PatientAge=',
    )
    expect(studiesOf(found)).toEqual(['2.25.1.3', '2.25.1.2'])
    expect(found[0]?.[tags.PatientComments]?.Value).toEqual(['none'])
    expect(found[0]?.[tags.PatientAge]).toEqual({ vr: 'AS' })
    expect(valueIn((await find('/studies?limit=1&includefield=all'))[0], tags.PatientComments)).toBe('none')
    expect(await find('/studies?ModalitiesInStudy=MR')).toEqual([])
  })

  it('answers 204 where nothing matches', async () => {
    const { get } = await archive()
    for (const url of ['/studies?PatientID=none', '/studies?offset=3', '/studies?limit=0', '/studies/2.25.9/series']) {
      expect(await get(url)).toMatchObject({ status: 204, body: null })
    }
  })

  it('tells what remains, and links to it', async () => {
    const { get } = await archive()
    const seen: unknown[] = []
    let url: string | undefined = '/studies?PatientID=P*&limit=2'
    let pages = 0
    while (url !== undefined && pages++ < 5) {
      const { headers, text } = await get(url)
      seen.push(...studiesOf(JSON.parse(text)))
      const next: string | undefined = /^<(.*)>; rel="next"$/.exec(headers.link ?? '')?.[1]
      const warning = `299 ${serviceRoot}: "There are 1 additional results that can be requested"`
      expect(headers.warning).toBe(next === undefined ? undefined : warning)
      url = next?.slice(serviceRoot.length)
    }
    expect(seen).toEqual(['2.25.1.3', '2.25.1.2', '2.25.1.1'])
    expect(pages).toBe(2)
  })

  it('warns of keys that had no effect', async () => {
    const { get } = await archive()
    const { status, headers } = await get('/studies?PersonName=x&Modality=CT&%C3%A9%22=1')
    expect(status).toBe(200)
    expect(headers.warning).toMatch(/^299 https:\/\/pacs\.example\/dicom-web: ".*PersonName, Modality, \(a name/)
    expect(headers.warning).toMatch(/^[\x20-\x7e]*$/)
  })

  it('refuses a bad value by the name of its parameter', async () => {
    const { get } = await archive()
    const { status, text } = await get('/studies?StudyDate=foo')
    expect(status).toBe(400)
    expect(JSON.parse(text)).toMatchObject({ parameter: 'StudyDate' })
  })
})

describe('search for series and instances', () => {
  it('leaves out what the target names, but for the UIDs', async () => {
    const { find } = await archive()
    const [ofStudy] = await find('/studies/2.25.1.1/series?Modality=SR')
    expect(valueIn(ofStudy, tags.StudyInstanceUID)).toBe('2.25.1.1')
    expect(valueIn(ofStudy, tags.SeriesInstanceUID)).toBe('2.25.1.1.2')
    expect(valueIn(ofStudy, tags.NumberOfSeriesRelatedInstances)).toBe(1)
    expect(valueIn(ofStudy, tags.RetrieveURL)).toBe(`${serviceRoot}/studies/2.25.1.1/series/2.25.1.1.2`)
    expect(ofStudy).not.toHaveProperty(tags.PatientID)
    const all = await find('/series?PatientID=P2')
    expect(all.map((one) => [valueIn(one, tags.PatientID), valueIn(one, tags.Modality)])).toEqual([
      ['P2', 'CT'],
      ['P2', 'SR'],
    ])
    expect(valueIn((await find('/studies/2.25.1.1/series?includefield=PatientID'))[0], tags.PatientID)).toBe('P1')
  })

  it('returns Table 10.6.3-5 for instances, with keys of all levels', async () => {
    const { find } = await archive()
    const found = await find('/studies/2.25.1.1/instances?Modality=CT')
    expect(found.map((one) => valueIn(one, tags.SOPInstanceUID))).toEqual(['2.25.1.1.1.1', '2.25.1.1.1.2'])
    expect(valueIn(found[0], tags.Rows)).toBe(512)
    expect(valueIn(found[0], tags.Modality)).toBe('CT')
    expect(valueIn(found[0], tags.AvailableTransferSyntaxUID)).toBe(transferSyntaxes.ExplicitVRLittleEndian.uid)
    expect(valueIn(found[0], tags.RetrieveURL)).toMatch(/\/series\/2\.25\.1\.1\.1\/instances\/2\.25\.1\.1\.1\.1$/)
    const [inSeries] = await find('/studies/2.25.1.1/series/2.25.1.1.1/instances?limit=1')
    expect(inSeries).not.toHaveProperty(tags.Modality)
    expect(await find('/instances?SOPInstanceUID=2.25.1.3.2.1')).toHaveLength(1)
  })

  it('returns any attribute of an instance, from its metadata', async () => {
    const { find, get } = await archive()
    const [found] = await find('/studies/2.25.1.1/instances?includefield=KVP&limit=1')
    expect(valueIn(found, tags.KVP)).toBe(120)
    expect(found).not.toHaveProperty(tags.PixelData)
    const [all] = await find('/studies/2.25.1.1/instances?includefield=all&limit=1')
    expect(all?.[tags.PixelData]).toEqual({ vr: 'OW', BulkDataURI: `${serviceRoot}/path` })
    const { headers } = await get('/studies/2.25.1.1/instances?includefield=all&limit=2')
    expect(headers.warning).toContain('There are 1 additional results')
  })

  it('streams what is large', async () => {
    const fill = async (index: InstanceIndex) => {
      for (let instance = 1; instance <= 1_500; instance++) await index.add(recordOf({ instance }), 'refuse')
    }
    const { get } = await archive({ fill })
    const { body, headers, text } = await get('/instances')
    expect(body).not.toBeInstanceOf(Uint8Array)
    expect(headers).not.toHaveProperty('content-length')
    expect(JSON.parse(text)).toHaveLength(1_500)
    expect((await get('/instances?limit=1450')).headers.warning).toContain('There are 50 additional results')
  })
})

describe('what a search answers with', () => {
  it('is JSON or XML, as accepted', async () => {
    const { get } = await archive()
    const typeFor = async (accept: string) => (await get('/studies', { accept })).headers['content-type']
    expect(await typeFor('*/*')).toBe('application/dicom+json')
    expect(await typeFor('application/json')).toBe('application/json')
    expect(await typeFor('application/dicom+json, application/json')).toBe('application/dicom+json')
    expect(await typeFor('text/html;q=0.9, application/*;q=0.1')).toBe('application/dicom+json')
    const xml = 'multipart/related; type="application/dicom+xml"'
    expect(await typeFor(`${xml}, application/json;q=0.5`)).toMatch(
      /^multipart\/related; type="application\/dicom\+xml"/,
    )
    const { text } = await get(`/studies?accept=${encodeURIComponent(xml)}`, { accept: 'application/json' })
    expect(text.match(/Content-Type: application\/dicom\+xml/g)).toHaveLength(3)
    expect(text).toContain('NativeDicomModel')
  })

  it('is refused when nothing accepted can be produced', async () => {
    const { get } = await archive()
    for (const accept of ['text/html', 'application/dicom+json;q=0', 'multipart/related; type="application/dicom"']) {
      const { status, text } = await get('/studies', { accept })
      expect(status).toBe(406)
      expect(JSON.parse(text)).toMatchObject({ accept: `Accept: ${accept}`, available: expect.any(Array) })
    }
  })

  it('names the partition in its links', async () => {
    const fill = async (index: InstanceIndex) => {
      await index.add(recordOf({ partition: 'north' }), 'refuse')
      await index.add(recordOf({ partition: 'north', study: 2 }), 'refuse')
    }
    const { get } = await archive({ fill, partitions: ['default', 'north'] })
    const { headers, text } = await get('/partitions/north/studies?limit=1')
    expect(text).toContain(`${serviceRoot}/partitions/north/studies/2.25.1.1`)
    expect(headers.link).toContain(`<${serviceRoot}/partitions/north/studies?limit=1&after=`)
    expect((await get('/studies')).status).toBe(204)
  })
})

describe('who may see it', () => {
  it('finds nothing rather than being refused', async () => {
    const { get, events } = await archive({ authorize: () => false })
    expect((await get('/studies')).status).toBe(204)
    expect(events.map(({ type }) => type)).toEqual(['denied'])
  })

  it('finds what is visible, and counts only that', async () => {
    const authorize: Authorize = () => ({
      visible: ['P1', 'P2'].map((id) => [
        { level: 'study', path: [tags.PatientID], vr: 'LO', match: { type: 'values', values: [id] } },
      ]),
    })
    const { get, find, events } = await archive({ authorize })
    expect(studiesOf(await find('/studies'))).toEqual(['2.25.1.2', '2.25.1.1'])
    expect((await get('/series?limit=1')).headers.warning).toContain('There are 3 additional')
    expect(await find('/studies/2.25.1.3/instances')).toEqual([])
    expect(events.map(({ type }) => type)).toEqual(['searched', 'searched', 'searched'])
  })
})
