import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import {
  type Dataset,
  lookupTransferSyntax,
  numberOf,
  readPart10,
  stringOf,
  tags,
  transferSyntaxes,
} from '@sansfilm/dicom'
import { createPixelWorkers, type PixelWorkers } from '@sansfilm/pixel-workers'
import { corpusFolder, readEntry, readManifest } from './support/corpus.ts'
import { describeIf } from './support/describe-if.ts'
import { onPath } from './support/on-path.ts'
import { startTestArchive, type TestArchive } from './support/test-archive.ts'

/* What is sent in a transfer syntax is read by a second implementation, and decoded by it where it can. */

const run = promisify(execFile)
const t = transferSyntaxes

/** What dcmtk decodes a transfer syntax with; `undefined` where it can only look at it. */
const targets = [
  [t.ExplicitVRLittleEndian, undefined],
  [t.ImplicitVRLittleEndian, undefined],
  [t.RLELossless, 'dcmdrle'],
  [t.JPEGLossless, 'dcmdjpeg'],
  [t.JPEGLosslessSV1, 'dcmdjpeg'],
  [t.JPEGLSLossless, 'dcmdjpls'],
  [t.JPEGLSNearLossless, 'dcmdjpls'],
  [t.JPEGBaseline8Bit, 'dcmdjpeg'],
  [t.JPEG2000Lossless, undefined],
  [t.JPEG2000, undefined],
  [t.HTJ2KLossless, undefined],
  [t.DeflatedImageFrameCompression, undefined],
] as const

/** Samples of a pixel together, colours as they are coded. */
const optionsOf = { dcmdrle: [], dcmdjpeg: ['+cn', '+px'], dcmdjpls: ['+px'] } as const

/** Gray and colour, 8 to 16 bits, signed, several frames, palette, one bit; native, big endian, and compressed. */
const files = [
  'ct1-explicit-le',
  'ct1-implicit-le',
  'mr-small-bigendian',
  'ct1-deflated',
  'cr-mono1-10bit',
  'emr-10frame-jls',
  'sc-rgb-rle-2frame',
  'us-palette-rle',
  'testpattern-jpeg-ybr422',
  'xc-j2k-rct',
  'htj2k-lossless-rgb',
  'ct1-j2k',
  'seg-liver-nonbyte-aligned',
  'seg-liver-j2k',
].map((name) => `files/${name}.dcm`)

describeIf(
  corpusFolder !== undefined && ['dcmdump', 'dcmdrle', 'dcmdjpeg', 'dcmdjpls'].every(onPath),
  'dcmtk is not installed or SANSFILM_CORPUS names no folder',
  'dcmtk reads what is transcoded',
  () => {
    const corpus = corpusFolder ?? ''
    const entries = readManifest(corpus).filter(({ file }) => files.includes(file))
    let archive: TestArchive
    let workers: PixelWorkers
    let folder: string

    beforeAll(async () => {
      workers = createPixelWorkers({ threads: 2 })
      archive = await startTestArchive({ transcoder: workers.transcoder })
      folder = await mkdtemp(join(tmpdir(), 'sansfilm-transcoded-'))
    })
    afterAll(async () => {
      await archive.close()
      await workers.close()
      await rm(folder, { recursive: true })
    })

    it('has every file that is to be read', () => {
      expect(entries.map(({ file }) => file).sort()).toEqual([...files].sort())
    })

    it.each(entries.map((entry) => [entry.file, entry] as const))(
      '%s in every transfer syntax that holds it',
      async (_, entry) => {
        const url = await store(readEntry(corpus, entry))
        try {
          const native = await readPart10([await get(url, t.ExplicitVRLittleEndian.uid).then(bytesOf)])
          const expected = await pixelsOf(await get(url, t.ExplicitVRLittleEndian.uid).then(bytesOf))
          const held: string[] = []
          for (const [target, decoder] of targets) {
            const answer = await get(url, target.uid)
            if (answer.status === 406) continue
            expect(answer.status).toBe(200)
            held.push(target.uid)
            const path = join(folder, 'sent.dcm')
            const bytes = await bytesOf(answer)
            await writeFile(path, bytes)
            // What is sent as it is stored has the faults it had.
            if (target.uid !== entry.transferSyntaxUID) await dump(path)
            const sent = await readPart10([bytes])
            expect(sent.transferSyntax.uid).toBe(target.uid)
            expectIdentity(native.dataset, sent.dataset, sent.fileMetaInformation, target.uid)
            if (decoder === undefined) continue
            const decoded = join(folder, 'decoded.dcm')
            await run(decoder, ['-q', ...optionsOf[decoder], path, decoded])
            const pixels = await pixelsOf(await readFile(decoded))
            if (!target.lossy) expect(pixels.equals(expected)).toBe(true)
            else expect(pixels.length).toBeGreaterThanOrEqual(expected.length / 2)
          }
          expect(held).toEqual(expect.arrayContaining([t.ExplicitVRLittleEndian.uid, t.ImplicitVRLittleEndian.uid]))
        } finally {
          expect((await fetch(url, { method: 'DELETE' })).status).toBe(204)
        }
      },
      60_000,
    )

    async function store(bytes: Buffer): Promise<string> {
      const response = await fetch(`${archive.root}/studies`, {
        method: 'POST',
        headers: { 'content-type': 'application/dicom' },
        body: new Uint8Array(bytes),
      })
      const module = (await response.json()) as Dataset // PS3.18 §I.1
      const [item] = (module[tags.ReferencedSOPSequence]?.Value ?? []) as Dataset[] // a sequence
      return String(item?.[tags.RetrieveURL]?.Value?.[0])
    }
  },
)

function get(url: string, transferSyntax: string): Promise<Response> {
  return fetch(url, { headers: { accept: `application/dicom; transfer-syntax=${transferSyntax}` } })
}

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer())
}

/** Fails where dcmdump finds an error. What it warns of are private sequences of Implicit VR, whose VR nobody knows. */
async function dump(path: string): Promise<void> {
  const { stdout, stderr } = await run('dcmdump', [path], { maxBuffer: 64 * 1024 * 1024 })
  expect(stderr.split('\n').filter((line) => line !== '' && !line.startsWith('W: Found element'))).toEqual([])
  expect(stdout).toContain('(7fe0,0010)')
}

async function pixelsOf(bytes: Buffer): Promise<Buffer> {
  const { pixelData } = await readPart10([bytes])
  if (pixelData === undefined) throw new Error('no pixel data')
  return bytes.subarray(pixelData.offset, pixelData.offset + pixelData.length)
}

/** A new image where something was lost on the way, else the same. */
function expectIdentity(native: Dataset, sent: Dataset, meta: Dataset, target: string): void {
  const uid = stringOf(sent, tags.SOPInstanceUID)
  expect(stringOf(meta, tags.MediaStorageSOPInstanceUID)).toBe(uid)
  const isNew = lookupTransferSyntax(target)?.lossy === true && uid !== stringOf(native, tags.SOPInstanceUID)
  if (!isNew) return
  expect(stringOf(sent, tags.LossyImageCompression)).toBe('01')
  expect(numberOf(sent, tags.LossyImageCompressionRatio)).toBeGreaterThan(0)
}
