import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Dataset, readPart10, stringOf, tags, transferSyntaxes, writePart10Buffer } from '@sansfilm/dicom'
import sharp from 'sharp'
import { imageDataset, one, type TestImage } from './support/image-dataset.ts'
import { dicomParts, postParts } from './support/multipart-body.ts'
import { parseMultipart } from './support/parse-multipart.ts'
import { type RunningApp, startApp } from './support/start-app.ts'

/* Retrieve with transcoding, as the app serves it: what comes back is what was stored, whatever it was on the way. */

const t = transferSyntaxes
const side = 64
const study = '2.25.700'
const series = '2.25.701'
const ct = '2.25.720'
const colour = '2.25.721'
const disagreeing = '2.25.722'
const endless = '2.25.723'
const mask = '2.25.724'

/** Three frames of 12 bits in 16, none like another. */
const ctPixels = Buffer.alloc(side * side * 2 * 3)
for (let i = 0; i < ctPixels.length / 2; i++) ctPixels.writeUInt16LE((i * 37 + (i >> 7) * 11) % 4096, i * 2)
const colourPixels = Buffer.from(Array.from({ length: side * side * 3 }, (_, i) => ((i % 3) * 60 + (i >> 6)) % 256))

const twelveBits = {
  [tags.BitsStored]: one('US', 12),
  [tags.HighBit]: one('US', 11),
  [tags.ImageType]: { vr: 'CS', Value: ['ORIGINAL', 'PRIMARY'] },
} as const
const rgb = {
  [tags.SamplesPerPixel]: one('US', 3),
  [tags.PhotometricInterpretation]: one('CS', 'RGB'),
  [tags.PlanarConfiguration]: one('US', 0),
} as const

function object(
  given: TestImage,
  pixels: Buffer,
  transferSyntax = t.ExplicitVRLittleEndian as (typeof t)[keyof typeof t],
): Buffer {
  const dataset: Dataset = {
    ...imageDataset({ rows: side, columns: side, ...given }),
    [tags.PixelData]: { vr: given.bits === 16 && !transferSyntax.encapsulated ? 'OW' : 'OB', BulkDataURI: 'pixels' },
  }
  return writePart10Buffer({ dataset, transferSyntax, bulkData: () => ({ length: pixels.length, bytes: [pixels] }) })
}

/** One RLE segment with a single run. */
function rle(): Buffer {
  const frame = Buffer.alloc(66)
  frame.writeUInt32LE(1, 0)
  frame.writeUInt32LE(64, 4)
  frame.writeInt8(-7, 64)
  return frame
}

let server: RunningApp
let root: string
const urlOf = (instance: string): string => `${root}/studies/${study}/series/${series}/instances/${instance}`
const ask = (url: string, accept: string, headers = {}): Promise<Response> =>
  fetch(url, { headers: { accept, ...headers } })
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer())

beforeAll(async () => {
  server = await startApp()
  root = `${server.origin}/dicom-web`
  const parts = dicomParts(
    object({ instance: ct, bits: 16, frames: 3, attributes: twelveBits }, ctPixels),
    object({ instance: colour, attributes: rgb }, colourPixels),
    object({ instance: disagreeing }, rle(), t.RLELossless),
    object({ instance: endless, rows: 65_535, columns: 65_535 }, rle(), t.RLELossless),
  )
  expect((await postParts({ root }, parts)).status).toBe(200)
}, 60_000)
afterAll(async () => {
  await server.close()
})

describe('an instance', () => {
  test.each([
    t.RLELossless,
    t.JPEGLossless,
    t.JPEGLosslessSV1,
    t.JPEGLSLossless,
    t.JPEG2000Lossless,
    t.HTJ2KLossless,
    t.HTJ2KLosslessRPCL,
    t.DeflatedImageFrameCompression,
  ])('in $name loses nothing on the way there and back', async (target) => {
    const there = await bytesOf(await ask(urlOf(ct), `application/dicom; transfer-syntax=${target.uid}`))
    const read = await readPart10([there])
    expect([read.transferSyntax, read.warnings, read.pixelData?.frames]).toEqual([target, [], 3])
    // Stored under another UID of the same length, and taken back.
    const again = ct.replace('2.25.72', '2.25.73')
    const renamed = Buffer.from(there.toString('latin1').replaceAll(ct, again), 'latin1')
    expect((await postParts({ root }, dicomParts(renamed))).status).toBe(200)
    const back = await bytesOf(await ask(urlOf(again), 'application/dicom'))
    const { pixelData, dataset, transferSyntax } = await readPart10([back])
    expect(transferSyntax).toBe(t.ExplicitVRLittleEndian)
    const { offset = 0, length = 0 } = pixelData ?? {}
    expect(back.subarray(offset, offset + length).equals(ctPixels)).toBe(true)
    expect(dataset[tags.ImageType]).toEqual(read.dataset[tags.ImageType])
    await fetch(urlOf(again), { method: 'DELETE' })
  })

  test('of one-bit frames that do not fill bytes loses nothing either', async () => {
    // Three frames of 25 bits: the second begins at bit 25, the third at bit 50; the last byte has five bits of padding.
    const packed = Buffer.from('a55a3cc30ff09617e905', 'hex')
    const { uid } = t.DeflatedImageFrameCompression
    const native = object({ instance: mask, rows: 5, columns: 5, frames: 3, bits: 1 }, packed)
    expect((await postParts({ root }, dicomParts(native))).status).toBe(200)
    const there = await bytesOf(await ask(urlOf(mask), `application/dicom; transfer-syntax=${uid}`))
    const again = mask.replace('2.25.72', '2.25.73')
    const renamed = Buffer.from(there.toString('latin1').replaceAll(mask, again), 'latin1')
    expect((await postParts({ root }, dicomParts(renamed))).status).toBe(200)
    const pixels = await ask(`${urlOf(again)}/pixeldata`, 'application/octet-stream')
    expect((await bytesOf(pixels)).toString('hex')).toBe(packed.toString('hex'))
    for (const instance of [mask, again]) await fetch(urlOf(instance), { method: 'DELETE' })
  })

  test('in JPEG Baseline is a new image that any program opens', async () => {
    const there = await bytesOf(
      await ask(urlOf(colour), `application/dicom; transfer-syntax=${t.JPEGBaseline8Bit.uid}`),
    )
    const { dataset } = await readPart10([there])
    expect(stringOf(dataset, tags.SOPInstanceUID)).not.toBe(colour)
    expect(stringOf(dataset, tags.LossyImageCompressionMethod)).toBe('ISO_10918_1')
    expect(stringOf(dataset, tags.PhotometricInterpretation)).toBe('YBR_FULL_422')
    const frame = await ask(`${urlOf(colour)}/frames/1`, `image/jpeg; transfer-syntax=${t.JPEGBaseline8Bit.uid}`)
    expect(frame.headers.get('content-type')).toBe(`image/jpeg; transfer-syntax=${t.JPEGBaseline8Bit.uid}`)
    const { data, info } = await sharp(await bytesOf(frame))
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect([info.width, info.height, info.channels]).toEqual([side, side, 3])
    const off = data.reduce((sum, value, i) => sum + Math.abs(value - (colourPixels[i] ?? 0)), 0) / data.length
    expect(off).toBeLessThan(12)
  })

  test('of 12 bits does not fit into JPEG Baseline', async () => {
    const refused = await ask(urlOf(ct), `application/dicom; transfer-syntax=${t.JPEGBaseline8Bit.uid}`)
    expect(refused.status).toBe(406)
    const { available } = (await refused.json()) as { available: readonly string[] }
    expect(available.some((each) => each.includes(t.JPEGLSLossless.uid))).toBe(true)
    expect(available.some((each) => each.includes(t.JPEGBaseline8Bit.uid))).toBe(false)
  })
})

describe('frames', () => {
  test('of a list, in the transfer syntax that is named, again the same', async () => {
    const accept = `multipart/related; type="image/jph"; transfer-syntax=${t.HTJ2KLosslessRPCL.uid}`
    const first = await ask(`${urlOf(ct)}/frames/3,1`, accept)
    const body = await bytesOf(first)
    const parts = parseMultipart(first.headers.get('content-type'), body)
    expect(parts.map(({ headers }) => headers['content-type'])).toEqual(
      Array(2).fill(`image/jph; transfer-syntax=${t.HTJ2KLosslessRPCL.uid}`),
    )
    expect(parts.every(({ body: codestream }) => codestream.readUInt16BE(0) === 0xff4f)).toBe(true)
    expect((await bytesOf(await ask(`${urlOf(ct)}/frames/3,1`, accept))).equals(body)).toBe(true)
    const etag = first.headers.get('etag') ?? ''
    expect((await ask(`${urlOf(ct)}/frames/3,1`, accept, { 'if-none-match': etag })).status).toBe(304)
  })
})

describe('what cannot be decoded', () => {
  const named = `application/dicom; transfer-syntax=${t.ExplicitVRLittleEndian.uid}`

  test('is refused with what it lacks', async () => {
    for (const url of [urlOf(disagreeing), `${urlOf(disagreeing)}/frames/1`, `${urlOf(disagreeing)}/pixeldata`]) {
      const refused = await ask(url, url.endsWith(disagreeing) ? named : 'application/octet-stream')
      expect([url, refused.status]).toEqual([url, 406])
      const { detail } = (await refused.json()) as { detail: string }
      expect(detail).toMatch(/damaged and cannot be decoded; .+\. An RLE segment decodes to 8 bytes, expected 4096\.$/)
    }
  })

  test('is refused by its size alone where it would fill the memory', async () => {
    const refused = await ask(`${urlOf(endless)}/frames/1`, 'application/octet-stream')
    expect(refused.status).toBe(406)
    expect(((await refused.json()) as { detail: string }).detail).toMatch(/[Rr]ows|65,?535|4,?294,?836,?225/)
  })

  test('is sent as it is stored to who names no transfer syntax', async () => {
    const answer = await ask(urlOf(disagreeing), 'application/dicom')
    expect(answer.headers.get('content-type')).toBe(`application/dicom; transfer-syntax=${t.RLELossless.uid}`)
    expect((await readPart10([await bytesOf(answer)])).transferSyntax).toBe(t.RLELossless)
  })

  test('does not keep the rest of a series from being sent', async () => {
    const answer = await ask(`${root}/studies/${study}/series/${series}`, 'multipart/related; type="application/dicom"')
    expect(answer.status).toBe(200)
    const parts = parseMultipart(answer.headers.get('content-type'), await bytesOf(answer))
    const syntaxes = parts.map(({ headers }) => headers['content-type']?.split('transfer-syntax=')[1])
    expect(syntaxes.sort()).toEqual([
      t.ExplicitVRLittleEndian.uid,
      t.ExplicitVRLittleEndian.uid,
      t.RLELossless.uid,
      t.RLELossless.uid,
    ])
  })
})
