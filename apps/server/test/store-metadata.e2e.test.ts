import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { DicomwebEvent } from '@sansfilm/core'
import {
  type Attribute,
  type Dataset,
  decodeJsonModel,
  encodeNativeModel,
  itemsOf,
  numberOf,
  readPart10,
  sopClasses,
  stringOf,
  tags,
  transferSyntaxes,
} from '@sansfilm/dicom'
import { collect } from './support/collect.ts'
import { imageDataset, one, patternBytes, type TestImage } from './support/image-dataset.ts'
import { postParts, type SentPart } from './support/multipart-body.ts'
import { parseMultipart } from './support/parse-multipart.ts'
import { startTestArchive, type TestArchive } from './support/test-archive.ts'

/* PS3.18 §10.5.1.4: metadata and bulk data in parts of their own, over real HTTP. */

const instance = '2.25.702'
const path = `/studies/2.25.700/series/2.25.701/instances/${instance}`
const events: DicomwebEvent[] = []
let archive: TestArchive

beforeEach(async () => {
  events.length = 0
  archive = await startTestArchive({ listeners: [(event) => events.push(event)] })
})
afterEach(async () => {
  await archive.close()
})

type Form = 'json' | 'xml'
const forms: readonly Form[] = ['json', 'xml']

function metadataPart(form: Form, dataset: Dataset): SentPart {
  const body = form === 'json' ? JSON.stringify([dataset]) : encodeNativeModel(dataset)
  return { headers: { 'Content-Type': `application/dicom+${form}` }, body }
}

function bulkPart(location: string, body: Uint8Array, type = 'application/octet-stream'): SentPart {
  return { headers: { 'Content-Type': type, 'Content-Location': location }, body }
}

/** An image whose pixel data is named by a URI. */
function withPixels(image: Partial<TestImage> = {}, uri = 'bulk/pixels', vr: 'OB' | 'OW' = 'OB'): Dataset {
  return imageDataset({
    instance,
    ...image,
    attributes: { [tags.PixelData]: { vr, BulkDataURI: uri }, ...image.attributes },
  })
}

async function store(form: Form, parts: readonly SentPart[], status = 200): Promise<Dataset> {
  const response = await postParts(archive, parts, { type: `application/dicom+${form}` })
  const text = await response.text()
  expect([response.status, text]).toEqual([status, expect.any(String)])
  return status === 400 ? {} : decodeJsonModel(JSON.parse(text))
}

function failures(module: Dataset): readonly unknown[] {
  return itemsOf(module, tags.FailedSOPSequence).map((item) => numberOf(item, tags.FailureReason)?.toString(16))
}

async function get(below: string, accept?: string) {
  const response = await fetch(archive.root + path + below, { headers: accept === undefined ? {} : { accept } })
  return { response, bytes: Buffer.from(await response.arrayBuffer()) }
}

async function frames(list: string) {
  const accept = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'
  const { response, bytes } = await get(`/frames/${list}`, accept)
  return parseMultipart(response.headers.get('content-type'), bytes)
}

async function metadata(): Promise<Dataset> {
  const { bytes } = await get('/metadata', 'application/dicom+json')
  return JSON.parse(bytes.toString())[0]
}

describe.each(forms)('uncompressed bulk data, metadata in %s', (form) => {
  it.each([
    ['8 bits', { bits: 8 } as const, 'OB', 16],
    ['16 bits', { bits: 16 } as const, 'OW', 32],
    ['two frames of odd length', { rows: 3, columns: 3, frames: 2 } as const, 'OB', 18],
    ['one odd frame', { rows: 3, columns: 3 } as const, 'OB', 9],
  ] as const)('pixel data of %s', async (_, image, vr, length) => {
    const pixels = patternBytes(length)
    await store(form, [metadataPart(form, withPixels(image, 'bulk/pixels', vr)), bulkPart('bulk/pixels', pixels)])
    const count = 'frames' in image ? image.frames : 1
    const parts = await frames(Array.from({ length: count }, (_, i) => i + 1).join())
    expect(Buffer.concat(parts.map(({ body }) => body))).toEqual(pixels)
    const kept = await metadata()
    expect([stringOf(kept, tags.PatientID), numberOf(kept, tags.Rows)]).toEqual(['IMAGE', 'rows' in image ? 3 : 4])
    const { bytes } = await get('', 'application/dicom; transfer-syntax=*')
    expect((await readPart10([bytes])).transferSyntax).toBe(transferSyntaxes.ExplicitVRLittleEndian)
  })

  it.each([
    ['an absolute URL', (root: string) => [`${root}/bulk/1`, `${root}/bulk/1`]],
    ['absolute in metadata, relative in the part', (root: string) => [`${root}/bulk/1`, 'bulk/1']],
    ['relative in metadata, absolute in the part', (root: string) => ['bulk/1', `${root}/bulk/1`]],
    ['a URN', () => ['urn:uuid:0f3b6a1c-7d0e-4c2a-9a55-d1b6f6b9a001', 'urn:uuid:0f3b6a1c-7d0e-4c2a-9a55-d1b6f6b9a001']],
    ['another origin', () => ['https://elsewhere.example/a?b=c', 'https://elsewhere.example/a?b=c']],
  ] as const)('Content-Location: %s', async (_, locations) => {
    const [uri, location] = locations(archive.root)
    await store(form, [metadataPart(form, withPixels({}, uri)), bulkPart(location ?? '', patternBytes(16))])
    expect((await frames('1')).map(({ body }) => body)).toEqual([patternBytes(16)])
  })

  it('bulk data within sequences, private, and parts that no metadata names', async () => {
    const dataset = imageDataset({
      instance,
      attributes: {
        [tags.PixelData]: { vr: 'OB', InlineBinary: patternBytes(16).toString('base64') },
        [tags.ReferencedSeriesSequence]: {
          vr: 'SQ',
          Value: [{ '00111001': { vr: 'OB', BulkDataURI: 'nested' }, '00110010': one('LO', 'SANSFILM TEST') }],
        },
        '00110010': one('LO', 'SANSFILM TEST'),
        '00111002': { vr: 'OF', BulkDataURI: 'floats' },
      },
    })
    const [nested, floats] = [patternBytes(3000, 1), patternBytes(4000, 2)]
    await store(form, [
      metadataPart(form, dataset),
      bulkPart('floats', floats),
      bulkPart('unused', patternBytes(5)),
      bulkPart('nested', nested),
    ])
    const kept = await metadata()
    const [item = {}] = itemsOf(kept, tags.ReferencedSeriesSequence)
    expect(await bulkOf(item['00111001'])).toEqual(nested)
    expect(await bulkOf(kept['00111002'])).toEqual(floats)
    expect((await collect(archive.dicomweb.backend.storage.list())).length).toBe(1)
  })

  it('an encapsulated document, in its own media type', async () => {
    const odd = Buffer.concat([Buffer.from('%PDF-1.4\n'), patternBytes(2000)])
    expect(odd.length % 2).toBe(1)
    const dataset: Dataset = {
      ...Object.fromEntries(Object.entries(imageDataset({ instance })).filter(([tag]) => !tag.startsWith('0028'))),
      [tags.SOPClassUID]: one('UI', sopClasses.EncapsulatedPDFStorage.uid),
      [tags.MIMETypeOfEncapsulatedDocument]: one('LO', 'application/pdf'),
      [tags.EncapsulatedDocument]: { vr: 'OB', BulkDataURI: 'document' },
      [tags.EncapsulatedDocumentLength]: one('UL', odd.length),
    }
    await store(form, [metadataPart(form, dataset), bulkPart('document', odd, 'application/pdf')])
    const { response, bytes } = await get('/rendered', 'application/pdf')
    expect(response.headers.get('content-type')).toBe('application/pdf')
    expect(bytes).toEqual(odd)
  })

  it('c007: bulk data that no part holds; an instance of the same request that has its own is stored', async () => {
    if (form === 'xml') {
      expect(failures(await store(form, [metadataPart(form, withPixels())], 409))).toEqual(['c007'])
    } else {
      const both = [withPixels({}, 'missing'), withPixels({ instance: '2.25.703' }, 'there')]
      const module = await store(
        form,
        [
          { headers: { 'Content-Type': 'application/dicom+json' }, body: JSON.stringify(both) },
          bulkPart('there', patternBytes(16)),
        ],
        202,
      )
      expect(failures(module)).toEqual(['c007'])
      expect(itemsOf(module, tags.ReferencedSOPSequence)).toHaveLength(1)
    }
    expect(events.find(({ type }) => type === 'refused')).toMatchObject({
      target: { study: '2.25.700', instance },
      failureReason: 0xc007,
    })
  })

  it('takes a bulk part without Content-Type as octets', async () => {
    await store(form, [
      metadataPart(form, withPixels()),
      { headers: { 'Content-Location': 'bulk/pixels' }, body: patternBytes(16) },
    ])
    expect((await frames('1')).map(({ body }) => body)).toEqual([patternBytes(16)])
  })
})

it('several metadata parts in XML, one for each instance', async () => {
  const instances = ['2.25.702', '2.25.703']
  const module = await store('xml', [
    ...instances.map((uid) => metadataPart('xml', withPixels({ instance: uid }, `bulk/${uid}`))),
    ...instances.map((uid, i) => bulkPart(`bulk/${uid}`, patternBytes(16, i))),
  ])
  expect(itemsOf(module, tags.ReferencedSOPSequence)).toHaveLength(2)
})

it('metadata labelled application/json, with a Content-Location of its own', async () => {
  const parts = [
    {
      headers: { 'Content-Type': 'application/json', 'Content-Location': 'metadata' },
      body: JSON.stringify([withPixels()]),
    },
    bulkPart('bulk/pixels', patternBytes(16)),
  ]
  expect((await postParts(archive, parts, { type: 'application/json' })).status).toBe(200)
})

it.each(['json', 'xml'] as const)('a single part of %s, with nothing but inline values', async (form) => {
  const pixels = { vr: 'OB', InlineBinary: patternBytes(16).toString('base64') } as const
  const { headers = {}, body } = metadataPart(form, withPixels({ attributes: { [tags.PixelData]: pixels } }))
  const response = await fetch(`${archive.root}/studies`, {
    method: 'POST',
    headers: { 'content-type': headers['Content-Type'] ?? '' },
    body: body as string, // metadata is text here
  })
  expect(response.status).toBe(200)
  expect((await frames('1')).map((part) => part.body)).toEqual([patternBytes(16)])
})

it('leaves out File Meta Information that metadata must not have', async () => {
  const dataset = withPixels({
    attributes: { [tags.TransferSyntaxUID]: one('UI', transferSyntaxes.JPEG2000.uid) },
  })
  const module = await store('json', [metadataPart('json', dataset), bulkPart('bulk/pixels', patternBytes(16))], 202)
  const [item = {}] = itemsOf(module, tags.ReferencedSOPSequence)
  expect(itemsOf(item, tags.FailedAttributesSequence)[0]?.[tags.SelectorAttribute]?.Value).toEqual([
    tags.TransferSyntaxUID,
  ])
  const { bytes } = await get('', 'application/dicom; transfer-syntax=*')
  expect((await readPart10([bytes])).transferSyntax).toBe(transferSyntaxes.ExplicitVRLittleEndian)
  expect(Object.keys(await metadata()).filter((tag) => tag.startsWith('0002'))).toEqual([])
})

it.each([
  ['no JSON', '{"x', 400],
  ['no model', '[{"x":1}]', 400],
  ['an empty array', '[]', 400],
])('%s', async (_, body, status) => {
  await store('json', [{ headers: { 'Content-Type': 'application/dicom+json' }, body }], status)
})

it('says which bulk part has no Content-Location', async () => {
  const parts = [metadataPart('json', withPixels()), { headers: { 'Content-Type': 'image/jp2' }, body: 'x' }]
  const response = await postParts(archive, parts, { type: 'application/dicom+json' })
  expect(response.status).toBe(400)
  expect(((await response.json()) as { detail: string }).detail).toMatch(/Part 2 .*Content-Location/)
})

describe('compressed pixel data (Table 10.5.2-1)', () => {
  const jpeg = (rows = 2) => Buffer.from(`ffd8ffc0000b08000${rows}000301011100ffda0008010100003f00aabbccffd9`, 'hex')
  const jpegLs = Buffer.from('ffd8fff7000b080002000301011100ffda00080101000000007fffd9', 'hex')
  const jpeg2000 = Buffer.concat([
    Buffer.from('ff4fff51002900000000000300000002000000000000000000000003000000020000000000000000000107', 'hex'),
    Buffer.from('0101', 'hex'),
    Buffer.from('ff52000c00000001000004040001', 'hex'),
    Buffer.from('ff90000a0000000000000001ff93aabbffd9', 'hex'),
  ])
  const cases = [
    ['JPEG baseline', 'image/jpeg', 'JPEGBaseline8Bit', jpeg()],
    ['JPEG-LS', 'image/jls', 'JPEGLSLossless', jpegLs],
    ['JPEG 2000', 'image/jp2', 'JPEG2000Lossless', jpeg2000],
    ['JPEG 2000 as named', 'image/jp2; transfer-syntax=1.2.840.10008.1.2.4.91', 'JPEG2000', jpeg2000],
    [
      'octets that name their transfer syntax',
      'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.4.80',
      'JPEGLSLossless',
      jpegLs,
    ],
    ['RLE', 'image/dicom-rle', 'RLELossless', patternBytes(90)],
  ] as const
  for (const form of forms)
    it.each(cases)(`${form}, three frames, one part each: %s`, async (_, type, syntax, frame) => {
      const list = [0, 1, 2].map((seed) =>
        Buffer.concat([frame.subarray(0, -2), patternBytes(seed * 3, 5), frame.subarray(-2)]),
      )
      const dataset = withPixels({ rows: 2, columns: 3, frames: 3 })
      await store(form, [metadataPart(form, dataset), ...list.map((body) => bulkPart('bulk/pixels', body, type))])
      const parts = await frames('1,2,3')
      expect(parts.map(({ headers }) => headers['content-type']?.split('transfer-syntax=')[1])).toEqual(
        Array(3).fill(transferSyntaxes[syntax].uid),
      )
      // Only what ends in a marker can lose its padding again.
      const padded = (bytes: Buffer) =>
        syntax === 'RLELossless' && bytes.length % 2 === 1 ? Buffer.concat([bytes, Buffer.alloc(1)]) : bytes
      expect(parts.map(({ body }) => body.toString('hex'))).toEqual(list.map((each) => padded(each).toString('hex')))
    })

  it.each([
    ['image/jpeg', jpeg()],
    ['image/jls', jpegLs],
    ['image/jp2', jpeg2000],
  ])('the Image Pixel Description is taken from %s where metadata has none', async (type, frame) => {
    const withoutDescription = Object.fromEntries(
      Object.entries(withPixels()).filter(([tag]) => !tag.startsWith('0028')),
    )
    await store('json', [metadataPart('json', withoutDescription), bulkPart('bulk/pixels', frame, type)])
    const kept = await metadata()
    expect(
      [tags.Rows, tags.Columns, tags.BitsAllocated, tags.SamplesPerPixel].map((tag) => numberOf(kept, tag)),
    ).toEqual([2, 3, 8, 1])
    expect(stringOf(kept, tags.PhotometricInterpretation)).toBe('MONOCHROME2')
  })

  it.each([
    ['a media type of which no reader is there', 'image/png', 'c008'],
    ['a transfer syntax of another media type', 'image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.80', 'c122'],
    ['a transfer syntax nobody knows', 'image/jpeg; transfer-syntax=1.2.3', 'c122'],
  ])('%s is refused', async (_, type, reason) => {
    const module = await store('json', [metadataPart('json', withPixels()), bulkPart('bulk/pixels', jpeg(), type)], 409)
    expect(failures(module)).toEqual([reason])
    expect((await collect(archive.dicomweb.backend.storage.list())).length).toBe(0)
  })
})

async function bulkOf(attribute: Attribute | undefined): Promise<Buffer> {
  return Buffer.from(await (await fetch(attribute?.BulkDataURI ?? '')).arrayBuffer())
}
