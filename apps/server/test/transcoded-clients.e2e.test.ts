import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  type Dataset,
  lookupTransferSyntax,
  pixelDescriptionOf,
  readPart10,
  type TransferSyntax,
  tags,
  transferSyntaxes,
  writePart10Buffer,
} from '@sansfilm/dicom'
import { createPixelWorkers, type PixelWorkers } from '@sansfilm/pixel-workers'
import { imageDataset, one } from './support/image-dataset.ts'
import { dicomParts, postParts } from './support/multipart-body.ts'
import { parseMultipart } from './support/parse-multipart.ts'
import { startTestArchive, type TestArchive } from './support/test-archive.ts'

/*
 * Accept lists as OHIF, Cornerstone3D, Weasis, Slicer, slim and dicomweb-client send them, of archives that store the same
 * image in one transfer syntax or another. Whatever comes is decoded in the client's place, by what it says it is.
 */

const t = transferSyntaxes
const side = 32
const related = (type: string, syntax?: string): string =>
  `multipart/related; type="${type}"${syntax === undefined ? '' : `; transfer-syntax=${syntax}`}`

const pixels = Buffer.alloc(side * side * 2)
for (let i = 0; i < pixels.length / 2; i++) pixels.writeUInt16LE((i * 37 + (i >> 5) * 11) % 4096, i * 2)
const bytes8 = Buffer.from(Array.from({ length: side * side }, (_, i) => (i * 3) % 256))

/** What is stored: 12 bits without loss, and 8 bits with it. */
const stored: readonly TransferSyntax[] = [
  t.ExplicitVRLittleEndian,
  t.ImplicitVRLittleEndian,
  t.DeflatedExplicitVRLittleEndian,
  t.JPEGLosslessSV1,
  t.JPEGLSLossless,
  t.JPEG2000Lossless,
  t.HTJ2KLosslessRPCL,
  t.RLELossless,
  t.JPEGBaseline8Bit,
]

/** What each sends, and the transfer syntaxes that it reads; absent: all that it is sent. */
const frameClients: readonly (readonly [name: string, accept: string, reads?: readonly TransferSyntax[]])[] = [
  ['Cornerstone3D', 'multipart/related; type=application/octet-stream; transfer-syntax=*'],
  ['OHIF', 'multipart/related; type="application/octet-stream"; transfer-syntax="*"'],
  [
    'OHIF that asks for JPEG-LS',
    'multipart/related; type="image/jls"; transfer-syntax="1.2.840.10008.1.2.4.80"; transfer-syntax="*"',
    [t.JPEGLSLossless],
  ],
  ['slim', related('application/octet-stream', '*')],
  [
    'dicomweb-client with its list',
    [
      [t.JPEGBaseline8Bit, 'image/jpeg'],
      [t.JPEGLosslessSV1, 'image/jpeg'],
      [t.JPEGLSLossless, 'image/jls'],
      [t.JPEG2000Lossless, 'image/jp2'],
      [t.HTJ2KLosslessRPCL, 'image/jhc'],
    ]
      .map(([syntax, type]) => related(String(type), (syntax as TransferSyntax).uid))
      .join(', '),
    [t.JPEGBaseline8Bit, t.JPEGLosslessSV1, t.JPEGLSLossless, t.JPEG2000Lossless, t.HTJ2KLosslessRPCL],
  ],
  [
    'Slicer and the Python client, which name nothing',
    related('application/octet-stream'),
    [t.ExplicitVRLittleEndian, t.JPEGBaseline8Bit],
  ],
  [
    'a program without a decoder',
    related('application/octet-stream', t.ExplicitVRLittleEndian.uid),
    [t.ExplicitVRLittleEndian],
  ],
]

const instanceClients: readonly (readonly [name: string, accept: string, reads?: readonly TransferSyntax[]])[] = [
  ['Weasis', 'multipart/related;type="application/dicom";transfer-syntax=*'],
  ['Slicer', related('application/dicom'), [t.ExplicitVRLittleEndian, t.JPEGBaseline8Bit]],
  [
    'a program without a decoder',
    related('application/dicom', t.ExplicitVRLittleEndian.uid),
    [t.ExplicitVRLittleEndian],
  ],
]

let archive: TestArchive
let workers: PixelWorkers
const instanceOf = (syntax: TransferSyntax): string => `2.25.${740 + stored.indexOf(syntax)}`
const urlOf = (syntax: TransferSyntax): string =>
  `${archive.root}/studies/2.25.700/series/2.25.701/instances/${instanceOf(syntax)}`

beforeAll(async () => {
  workers = createPixelWorkers({ threads: 1 })
  archive = await startTestArchive({ transcoder: workers.transcoder })
  const parts = dicomParts(...(await Promise.all(stored.map(objectIn))))
  expect((await postParts({ root: archive.root }, parts)).status).toBe(200)
}, 60_000)
afterAll(async () => {
  await archive.close()
  await workers.close()
})

describe('frames', () => {
  describe.each(frameClients)('%s', (_, accept, reads) => {
    test.each(stored.map((syntax) => [syntax.name, syntax] as const))('of %s', async (__, syntax) => {
      const answer = await fetch(`${urlOf(syntax)}/frames/1`, { headers: { accept } })
      expect(answer.status).toBe(200)
      const [part] = parseMultipart(answer.headers.get('content-type'), await answer.bytes())
      const sent = syntaxOf(part?.headers['content-type'])
      if (reads !== undefined) expect(reads).toContain(sent)
      await expectPixels(syntax, sent, part?.body ?? Buffer.alloc(0), descriptionOf(syntax, sent))
    })
  })
})

describe('instances', () => {
  describe.each(instanceClients)('%s', (_, accept, reads) => {
    test.each(stored.map((syntax) => [syntax.name, syntax] as const))('of %s', async (__, syntax) => {
      const answer = await fetch(urlOf(syntax), { headers: { accept } })
      expect(answer.status).toBe(200)
      const [part] = parseMultipart(answer.headers.get('content-type'), await answer.bytes())
      const { transferSyntax, warnings } = await readPart10([part?.body ?? Buffer.alloc(0)])
      expect(warnings).toEqual([])
      expect(transferSyntax).toBe(syntaxOf(part?.headers['content-type']))
      if (reads !== undefined) expect(reads).toContain(transferSyntax)
    })
  })
})

/** The same image, encoded as its archive has it. */
async function objectIn(transferSyntax: TransferSyntax): Promise<Buffer> {
  const { encapsulated, lossy, uid } = transferSyntax
  const native = lossy ? bytes8 : pixels
  const dataset = datasetOf(transferSyntax)
  const description = pixelDescriptionOf(dataset)
  if (description === undefined) throw new Error('no description')
  const frame = { transferSyntax: t.ExplicitVRLittleEndian.uid, description, bytes: native }
  const encoded = encapsulated ? (await workers.transcoder.transcode(frame, uid)).bytes : native
  const vr = encapsulated || lossy ? 'OB' : 'OW'
  return writePart10Buffer({
    dataset: { ...dataset, [tags.PixelData]: { vr, BulkDataURI: 'pixels' } },
    transferSyntax,
    bulkData: () => ({ length: encoded.length, bytes: [encoded] }),
  })
}

function datasetOf(syntax: TransferSyntax): Dataset {
  const image = { instance: instanceOf(syntax), rows: side, columns: side }
  if (syntax.lossy) return imageDataset({ ...image, bits: 8 })
  return imageDataset({
    ...image,
    bits: 16,
    attributes: { [tags.BitsStored]: one('US', 12), [tags.HighBit]: one('US', 11) },
  })
}

function descriptionOf(syntax: TransferSyntax, sent: TransferSyntax) {
  const description = pixelDescriptionOf(datasetOf(syntax))
  const source = description && { transferSyntax: t.ExplicitVRLittleEndian.uid, description }
  const described = source && (workers.transcoder.describe(source, sent.uid) ?? description)
  if (described === undefined) throw new Error('no description')
  return described
}

/** In the client's place. */
async function expectPixels(
  syntax: TransferSyntax,
  sent: TransferSyntax,
  bytes: Buffer,
  description: ReturnType<typeof descriptionOf>,
): Promise<void> {
  const frame = { transferSyntax: sent.uid, description, bytes }
  const decoded = Buffer.from((await workers.transcoder.transcode(frame, t.ExplicitVRLittleEndian.uid)).bytes)
  if (!syntax.lossy) return expect(decoded.equals(pixels)).toBe(true)
  const off = decoded.reduce((sum, value, i) => sum + Math.abs(value - (bytes8[i] ?? 0)), 0) / decoded.length
  expect([decoded.length, off < 16]).toEqual([bytes8.length, true])
}

function syntaxOf(contentType: string | undefined): TransferSyntax {
  const syntax = lookupTransferSyntax(/transfer-syntax=([\d.]+)$/.exec(contentType ?? '')?.[1] ?? '')
  if (syntax === undefined) throw new Error(`no transfer syntax in ${contentType}`)
  return syntax
}
