import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Dataset, itemsOf, numberOf, sopClasses, stringOf, tags } from '@sansfilm/dicom'
import { createPixelWorkers } from '@sansfilm/pixel-workers'
import sharp from 'sharp'
import { imageDataset, one } from './support/image-dataset.ts'
import { postParts, type SentPart } from './support/multipart-body.ts'
import { startTestArchive, type TestArchive } from './support/test-archive.ts'

/* PS3.18 Table 10.5.2-1: PNG and GIF become native pixel data. */

const instance = '2.25.702'
const path = `/studies/2.25.700/series/2.25.701/instances/${instance}`
const workers = createPixelWorkers({ threads: 1 })
let archive: TestArchive
beforeEach(async () => {
  archive = await startTestArchive({ pictureReader: workers.pictureReader, limits: { maxInflatedBytes: 100_000 } })
})
afterEach(() => archive.close())
afterAll(() => workers.close())

const pixelDescription: readonly string[] = [
  tags.SamplesPerPixel,
  tags.PhotometricInterpretation,
  tags.PlanarConfiguration,
  tags.Rows,
  tags.Columns,
  tags.BitsAllocated,
  tags.BitsStored,
  tags.HighBit,
  tags.PixelRepresentation,
]

/** Metadata that leaves out the Image Pixel Description, but for what is `said`. */
function metadata(said: Dataset = {}): Dataset {
  const dataset = imageDataset({
    instance,
    attributes: {
      [tags.SOPClassUID]: one('UI', sopClasses.MultiFrameTrueColorSecondaryCaptureImageStorage.uid),
      [tags.PixelData]: { vr: 'OB', BulkDataURI: 'bulk/pixels' },
    },
  })
  return { ...Object.fromEntries(Object.entries(dataset).filter(([tag]) => !pixelDescription.includes(tag))), ...said }
}

async function store(dataset: Dataset, ...pictures: readonly (readonly [type: string, bytes: Buffer])[]) {
  const parts: SentPart[] = [
    { headers: { 'Content-Type': 'application/dicom+json' }, body: JSON.stringify([dataset]) },
    ...pictures.map(([type, body]) => ({ headers: { 'Content-Type': type, 'Content-Location': 'bulk/pixels' }, body })),
  ]
  const response = await postParts(archive, parts, { type: 'application/dicom+json' })
  const answer = (await response.json()) as Dataset
  const [failed] = itemsOf(answer, tags.FailedSOPSequence)
  return { status: response.status, reason: failed && numberOf(failed, tags.FailureReason)?.toString(16) }
}

async function stored() {
  const [dataset = {}] = (await (await fetch(`${archive.root}${path}/metadata`)).json()) as Dataset[]
  const frame = async (number: number) =>
    Buffer.from(
      await (
        await fetch(`${archive.root}${path}/frames/${number}`, { headers: { accept: 'application/octet-stream' } })
      ).arrayBuffer(),
    )
  return { dataset, frame }
}

const rgb = Buffer.from(Array.from({ length: 5 * 3 * 3 }, (_, i) => (i * 37) % 256))
const colours = sharp(rgb, { raw: { width: 5, height: 3, channels: 3 } })
const gray16 = Uint16Array.from({ length: 12 }, (_, i) => i * 5000)

describe('pixel data as', () => {
  test('PNG in colours', async () => {
    expect(await store(metadata(), ['image/png', await colours.png().toBuffer()])).toEqual({ status: 200 })
    const { dataset, frame } = await stored()
    expect(
      [tags.Rows, tags.Columns, tags.SamplesPerPixel, tags.BitsAllocated].map((tag) => numberOf(dataset, tag)),
    ).toEqual([3, 5, 3, 8])
    expect(stringOf(dataset, tags.PhotometricInterpretation)).toBe('RGB')
    expect(await frame(1)).toEqual(rgb)
  })

  test('PNG of 16 bits', async () => {
    const png = await sharp(gray16, { raw: { width: 4, height: 3, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer()
    expect(await store(metadata(), ['image/png', png])).toEqual({ status: 200 })
    const { dataset, frame } = await stored()
    expect([tags.SamplesPerPixel, tags.BitsStored].map((tag) => numberOf(dataset, tag))).toEqual([1, 16])
    expect(await frame(1)).toEqual(Buffer.from(gray16.buffer))
  })

  test('PNG with transparency, which is left out', async () => {
    const png = await colours.clone().ensureAlpha(0.5).png().toBuffer()
    expect(await store(metadata(), ['image/png', png])).toEqual({ status: 200 })
    expect(await (await stored()).frame(1)).toEqual(rgb)
  })

  test('a moving GIF, one frame of each whole image', async () => {
    const frames = Buffer.concat([Buffer.alloc(12 * 3, 255), Buffer.alloc(12 * 3, 0), Buffer.alloc(12 * 3, 255)])
    const gif = await sharp(frames, { raw: { width: 4, height: 9, channels: 3, pageHeight: 3 } })
      .gif()
      .toBuffer()
    expect(await store(metadata(), ['image/gif', gif])).toEqual({ status: 200 })
    const { dataset, frame } = await stored()
    expect(numberOf(dataset, tags.NumberOfFrames)).toBe(3)
    expect(await frame(2)).toEqual(Buffer.alloc(36, 0))
    expect(await frame(3)).toEqual(Buffer.alloc(36, 255))
  })

  test('a gray GIF where the metadata says that there is one sample', async () => {
    const gif = await sharp(Buffer.alloc(12 * 3, 77), { raw: { width: 4, height: 3, channels: 3 } })
      .gif()
      .toBuffer()
    expect(await store(metadata({ [tags.SamplesPerPixel]: one('US', 1) }), ['image/gif', gif])).toEqual({ status: 200 })
    const { dataset, frame } = await stored()
    expect(numberOf(dataset, tags.SamplesPerPixel)).toBe(1)
    expect(await frame(1)).toEqual(Buffer.alloc(12, 77))
  })

  test('one PNG a frame', async () => {
    const png = await colours.png().toBuffer()
    expect(await store(metadata(), ['image/png', png], ['image/png', png])).toEqual({ status: 200 })
    expect(numberOf((await stored()).dataset, tags.NumberOfFrames)).toBe(2)
  })
})

describe('refused is', () => {
  test.each<[string, Dataset, () => Promise<[string, Buffer]>, string]>([
    ['what is no picture', {}, async () => ['image/png', Buffer.from('no picture')], 'c003'],
    [
      'a picture that is cut off',
      {},
      async () => ['image/png', (await colours.png().toBuffer()).subarray(0, 60)],
      'c003',
    ],
    ['another format under this name', {}, async () => ['image/gif', await colours.webp().toBuffer()], 'c003'],
    [
      'metadata of another size',
      { [tags.Rows]: one('US', 9) },
      async () => ['image/png', await colours.png().toBuffer()],
      'c003',
    ],
    [
      'gray metadata of colours',
      { [tags.SamplesPerPixel]: one('US', 1) },
      async () => ['image/png', await colours.png().toBuffer()],
      'c003',
    ],
    [
      'a bomb',
      {},
      async () => [
        'image/png',
        await sharp({ create: { width: 4000, height: 4000, channels: 3, background: '#000' } })
          .png()
          .toBuffer(),
      ],
      'c006',
    ],
    ['a format that needs another codec', {}, async () => ['image/webp', await colours.webp().toBuffer()], 'c008'],
  ])('%s', async (_, said, picture, reason) => {
    expect(await store(metadata(said), await picture())).toEqual({ status: 409, reason })
    expect((await fetch(`${archive.root}${path}/metadata`)).status).toBe(404)
  })
})
