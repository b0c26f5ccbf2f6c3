import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Dataset, sopClasses, tags, transferSyntaxes, writePart10Buffer } from '@sansfilm/dicom'
import { sha256 } from './support/corpus.ts'
import { imageDataset, one, patternBytes, type TestImage } from './support/image-dataset.ts'
import { dicomParts, postParts } from './support/multipart-body.ts'
import { startTestArchive, type TestArchive } from './support/test-archive.ts'

/* RFC 9110 §14 on every binary resource of the Studies Service, in every form it has. */

type Pixels = Buffer | readonly (readonly Buffer[])[]

const palette: Dataset = { [tags.RedPaletteColorLookupTableData]: { vr: 'OW', BulkDataURI: 'palette' } }

function object(syntax: keyof typeof transferSyntaxes, pixels: Pixels, image: TestImage, more: Dataset = {}): Buffer {
  const pixelData: Dataset = { [tags.PixelData]: { vr: image.bits === 16 ? 'OW' : 'OB', BulkDataURI: 'pixels' } }
  const attributes = { ...pixelData, ...more, ...image.attributes }
  return writePart10Buffer({
    dataset: imageDataset({ ...image, attributes }),
    transferSyntax: transferSyntaxes[syntax],
    bulkData: (uri) => {
      if (uri === 'palette') return { length: 2048, bytes: [patternBytes(2048, 3)] }
      return Buffer.isBuffer(pixels)
        ? { length: pixels.length, bytes: [pixels] }
        : { frames: pixels.map((frame) => frame.map((bytes) => ({ length: bytes.length, bytes: [bytes] }))) }
    },
  })
}

/** Codestreams of odd and even length: every second one is padded where it is stored. */
const codestream = (seed: number) =>
  Buffer.concat([Buffer.of(0xff, 0xd8, 0xff), patternBytes(140 + seed, seed), Buffer.of(0xff, 0xd9)])

const nineMegabytes = Buffer.alloc(9 * 1024 * 1024, patternBytes(251))
const pdf = Buffer.concat([Buffer.from('%PDF-1.7'), patternBytes(3000), Buffer.of(0)])

const native = '2.25.810'
const compressed = '2.25.820'
const many = '2.25.830'
const documents = '2.25.840'
const countOfMany = 300

const inStudy = (study: string) => ({ study, series: `${study}.1` })
const nativeImage = { ...inStudy(native), rows: 40, columns: 40, bits: 16 } as const

const objects: readonly Buffer[] = [
  object('ExplicitVRLittleEndian', patternBytes(3200, 1), { ...nativeImage, instance: '2.25.811' }, palette),
  object('ImplicitVRLittleEndian', patternBytes(3200, 2), { ...nativeImage, instance: '2.25.812' }, palette),
  object('ExplicitVRBigEndian', patternBytes(3200, 3), { ...nativeImage, instance: '2.25.813' }, palette),
  object('DeflatedExplicitVRLittleEndian', patternBytes(3200, 4), { ...nativeImage, instance: '2.25.814' }, palette),
  object('ImplicitVRLittleEndian', nineMegabytes, {
    ...nativeImage,
    ...{ rows: 2048, columns: 2304, instance: '2.25.815' },
  }),
  object(
    'JPEGBaseline8Bit',
    Array.from({ length: 300 }, (_, i) => [codestream(i % 9)]),
    { ...inStudy(compressed), frames: 300, instance: '2.25.821' },
  ),
  object(
    'JPEG2000Lossless',
    Array.from({ length: 3 }, (_, i) => [codestream(i).subarray(0, 20), codestream(i).subarray(20)]),
    { ...inStudy(compressed), frames: 3, instance: '2.25.822' },
  ),
  object(
    'RLELossless',
    Array.from({ length: 270 }, (_, i) => [patternBytes(64 + 2 * (i % 5), i)]),
    { ...inStudy(compressed), frames: 270, instance: '2.25.823' },
  ),
  ...Array.from({ length: countOfMany }, (_, i) =>
    object('ImplicitVRLittleEndian', patternBytes(3200, i), {
      ...nativeImage,
      ...inStudy(many),
      instance: `${many}.${i}`,
    }),
  ),
  object('ExplicitVRLittleEndian', Buffer.alloc(0), {
    ...inStudy(documents),
    instance: '2.25.841',
    attributes: {
      [tags.SOPClassUID]: one('UI', sopClasses.EncapsulatedPDFStorage.uid),
      [tags.MIMETypeOfEncapsulatedDocument]: one('LO', 'application/pdf'),
      [tags.EncapsulatedDocument]: { vr: 'OB', InlineBinary: pdf.toString('base64') },
      [tags.PixelData]: undefined,
    },
  }),
]

let archive: TestArchive

beforeAll(async () => {
  archive = await startTestArchive({ withoutCodecs: true })
  for (let at = 0; at < objects.length; at += 100) {
    const response = await postParts(archive, dicomParts(...objects.slice(at, at + 100)))
    expect([response.status, await response.text()]).toEqual([200, expect.any(String)])
  }
}, 60_000)
afterAll(async () => {
  await archive.close()
})

interface Got {
  readonly status: number
  readonly headers: Headers
  readonly body: Buffer
}

async function ask(path: string, headers: Readonly<Record<string, string>>, method = 'GET'): Promise<Got> {
  const response = await fetch(archive.root + path, { method, headers })
  return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) }
}

/** What an answer says of its payload. */
function described({ headers }: Got): readonly (string | null)[] {
  const names = ['content-type', 'content-length', 'content-disposition', 'accept-ranges', 'etag', 'last-modified']
  return [...names, 'cache-control', 'repr-digest', 'warning', 'vary'].map((name) => headers.get(name))
}

const asStored = 'multipart/related; type="application/dicom"; transfer-syntax=*'
const converted = 'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1'
const convertedAlone = 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1'
const octets = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'
const octetsAlone = 'application/octet-stream; transfer-syntax=*'

const seriesOf = (study: string) => `/studies/${study}/series/${study}.1`
const instanceOf = (uid: string) => `${seriesOf(`${uid.slice(0, -1)}0`)}/instances/${uid}`
const frameList = (count: number) => Array.from({ length: count }, (_, i) => count - i).join()

/** Whether the length is told with the whole, or found when a range asks. */
type Length = 'told' | 'found'

// biome-ignore format: a table, one row a line
const resources: readonly (readonly [name: string, path: string, accept: string, length: Length])[] = [
  ['study, stored', `/studies/${native}`, asStored, 'told'],
  ['study, converted', `/studies/${native}`, converted, 'told'],
  ['study, converted, of many', `/studies/${many}`, converted, 'found'],
  ['study, some of it', `/studies/${native}`, 'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.2', 'told'],
  ['study, zip', `/studies/${native}`, 'application/zip', 'told'],
  ['study, zip of many', `/studies/${many}`, 'application/zip', 'found'],
  ['series, stored', seriesOf(compressed), asStored, 'told'],
  ['series, converted', seriesOf(native), converted, 'told'],
  // The same bytes as the study's, whose length was found by now.
  ['series, converted, of many', seriesOf(many), converted, 'told'],
  ['series, zip', seriesOf(compressed), 'application/zip', 'told'],
  ['instance, stored', instanceOf('2.25.811'), 'application/dicom; transfer-syntax=*', 'told'],
  ['instance, stored, multipart', instanceOf('2.25.811'), asStored, 'told'],
  ['instance, from implicit', instanceOf('2.25.812'), convertedAlone, 'told'],
  ['instance, from big endian', instanceOf('2.25.813'), convertedAlone, 'told'],
  ['instance, from deflated', instanceOf('2.25.814'), convertedAlone, 'told'],
  ['instance, converted, multipart', instanceOf('2.25.813'), converted, 'told'],
  ['instance, converted, of 9 MB', instanceOf('2.25.815'), convertedAlone, 'told'],
  ['instance, zip', instanceOf('2.25.811'), 'application/zip', 'told'],
  ['study, bulk data', `/studies/${native}/bulkdata`, octets, 'told'],
  ['study, bulk data of many', `/studies/${many}/bulkdata`, octets, 'found'],
  ['study, bulk data, compressed', `/studies/${compressed}/bulkdata`, '*/*', 'told'],
  ['study, bulk data, some of it', `/studies/${compressed}/bulkdata`, 'multipart/related; type="image/jpeg"', 'told'],
  ['series, bulk data', `${seriesOf(native)}/bulkdata`, octets, 'told'],
  ['instance, bulk data', `${instanceOf('2.25.813')}/bulkdata`, octets, 'told'],
  ['one value', `${instanceOf('2.25.813')}/bulkdata/00281201`, '*/*', 'told'],
  ['one value, multipart', `${instanceOf('2.25.814')}/bulkdata/00281201`, octets, 'told'],
  ['one value, compressed frames', `${instanceOf('2.25.821')}/bulkdata/7FE00010`, '*/*', 'told'],
  ['one value, a document', `${instanceOf('2.25.841')}/bulkdata/00420011`, 'application/pdf', 'told'],
  ['study, pixel data', `/studies/${native}/pixeldata`, octets, 'told'],
  ['study, pixel data of many', `/studies/${many}/pixeldata`, octets, 'found'],
  ['series, pixel data, compressed', `${seriesOf(compressed)}/pixeldata`, '*/*', 'told'],
  ['instance, pixel data', `${instanceOf('2.25.812')}/pixeldata`, octetsAlone, 'told'],
  ['instance, pixel data, multipart', `${instanceOf('2.25.814')}/pixeldata`, octets, 'told'],
  ['instance, pixel data, compressed', `${instanceOf('2.25.823')}/pixeldata`, octets, 'told'],
  ['a native frame', `${instanceOf('2.25.812')}/frames/1`, octetsAlone, 'told'],
  ['a native frame, multipart', `${instanceOf('2.25.813')}/frames/1`, octets, 'told'],
  ['a compressed frame', `${instanceOf('2.25.821')}/frames/2`, 'image/jpeg', 'told'],
  ['a compressed frame of fragments', `${instanceOf('2.25.822')}/frames/2`, 'image/jp2', 'told'],
  ['compressed frames of fragments', `${instanceOf('2.25.822')}/frames/3,1,2`, octets, 'told'],
  ['300 compressed frames', `${instanceOf('2.25.821')}/frames/${frameList(300)}`, octets, 'told'],
  ['270 compressed frames without an end marker', `${instanceOf('2.25.823')}/frames/${frameList(270)}`, octets, 'told'],
  ['a rendered document', `${instanceOf('2.25.841')}/rendered`, '*/*', 'told'],
]

describe.each(resources)('%s', (name, path, accept, length) => {
  const isPartial = name.endsWith('some of it')

  it('has a length, ranges and a strong entity tag', async () => {
    const head = await ask(path, { accept }, 'HEAD')
    const whole = await ask(path, { accept })
    const size = whole.body.length
    expect(whole.status).toBe(isPartial ? 206 : 200)
    expect(size).toBeGreaterThan(100)
    expect(whole.headers.get('accept-ranges')).toBe('bytes')
    expect(whole.headers.get('content-range')).toBeNull()
    expect(whole.headers.get('content-length')).toBe(length === 'told' ? String(size) : null)
    expect([head.status, described(head)]).toEqual([whole.status, described(whole)])

    const etag = whole.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"/)
    const again = await ask(path, { accept })
    expect([again.headers.get('etag'), sha256(again.body)]).toEqual([etag, sha256(whole.body)])

    for (const [range, from, to] of [
      [`bytes=${Math.floor(size / 3)}-${Math.floor(size / 2)}`, Math.floor(size / 3), Math.floor(size / 2) + 1],
      [`bytes=0-0`, 0, 1],
      [`bytes=${size - 90}-`, size - 90, size],
      ['bytes=-77', size - 77, size],
    ] as const) {
      const part = await ask(path, { accept, range, 'if-range': etag })
      expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes ${from}-${to - 1}/${size}`])
      expect([part.headers.get('etag'), part.headers.get('content-length')]).toEqual([etag, String(to - from)])
      expect(sha256(part.body)).toBe(sha256(whole.body.subarray(from, to)))
    }

    const other = await ask(path, { accept, range: 'bytes=0-0', 'if-range': '"other"' })
    expect([other.status, other.body.length]).toEqual([whole.status, size])
    const known = await ask(path, { accept, 'if-none-match': etag })
    expect([known.status, known.headers.get('etag'), known.body.length]).toEqual([304, etag, 0])
    expect((await ask(path, { accept, 'if-match': '"other"' })).status).toBe(412)
    const beyond = await ask(path, { accept, range: `bytes=${size}-` })
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${size}`])
  })
})

it('a download that broke off is resumed to the same zip', async () => {
  const path = `/studies/${many}`
  const whole = await ask(path, { accept: 'application/zip' })
  const [half, etag] = [Math.floor(whole.body.length / 2), whole.headers.get('etag') ?? '']
  const rest = await ask(path, { accept: 'application/zip', range: `bytes=${half}-`, 'if-range': etag })
  expect(rest.status).toBe(206)
  expect(sha256(Buffer.concat([whole.body.subarray(0, half), rest.body]))).toBe(sha256(whole.body))
})

it('a study that grows has another tag, and a resumed download gets all of it', async () => {
  const path = `/studies/${documents}`
  const before = await ask(path, { accept: asStored })
  const etag = before.headers.get('etag') ?? ''
  const added = object('ExplicitVRLittleEndian', patternBytes(16), { ...inStudy(documents), instance: '2.25.842' })
  expect((await postParts(archive, dicomParts(added))).status).toBe(200)
  const resumed = await ask(path, { accept: asStored, range: 'bytes=100-', 'if-range': etag })
  expect([resumed.status, resumed.body.length > before.body.length]).toEqual([200, true])
  expect(resumed.headers.get('etag')).not.toBe(etag)
})
