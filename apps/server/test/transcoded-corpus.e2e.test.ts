import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  type Dataset,
  lookupTransferSyntax,
  nativeFrameRange,
  numberOf,
  type ParsedInstance,
  readPart10,
  tags,
  transferSyntaxes,
} from '@sansfilm/dicom'
import { createPixelWorkers, type PixelWorkers } from '@sansfilm/pixel-workers'
import { corpusFolder, type GoldenFrames, readEntry, readGolden, readManifest, sha256 } from './support/corpus.ts'
import { parseMultipart } from './support/parse-multipart.ts'
import { startTestArchive, type TestArchive } from './support/test-archive.ts'

/** Its codestream is not of the transfer syntax that the attributes say. */
const undecodable = ['files/nm-j2k-embedded-seq-delimiter.dcm']

/* Every compressed image of the corpus is retrieved uncompressed, and held to what other tools decode it to. */

const { ExplicitVRLittleEndian, JPEGLSLossless } = transferSyntaxes

const corpus = corpusFolder
if (corpus === undefined) {
  it.skip('every compressed file of the corpus [skipped: SANSFILM_CORPUS names no corpus folder]', () => undefined)
} else {
  const goldens = readGolden<GoldenFrames>(corpus, 'frames.ndjson.gz')
  let archive: TestArchive
  let workers: PixelWorkers

  beforeAll(async () => {
    workers = createPixelWorkers({ threads: 2 })
    archive = await startTestArchive({ transcoder: workers.transcoder })
  })
  afterAll(async () => {
    await archive.close()
    await workers.close()
  })

  it('what cannot be decoded stands in the conformance statement, by name', () => {
    const statement = readFileSync(new URL('../../../docs/conformance-statement.md', import.meta.url), 'utf8')
    for (const file of undecodable) expect(statement).toContain(`\`${file.slice('files/'.length, -'.dcm'.length)}\``)
  })

  const compressed = readManifest(corpus).filter(({ expect: wanted, transferSyntaxUID, file }) => {
    const { encapsulated = false, video = false } = lookupTransferSyntax(transferSyntaxUID ?? '') ?? {}
    return wanted === 'store' && encapsulated && !video && goldens.has(file)
  })

  describe('every compressed file', () => {
    it.each(compressed.map((entry) => [entry.file, entry] as const))(
      '%s reads back uncompressed, with the frames that other tools decode',
      async (_, entry) => {
        const stored = readEntry(corpus, entry)
        const instance = (await store(stored)) ?? ''
        try {
          const golden = goldens.get(entry.file)
          if (golden === undefined) throw new Error('no golden')
          const accept = `application/dicom; transfer-syntax=${ExplicitVRLittleEndian.uid}`
          const answer = await get(instance, accept)
          const bytes = answer.ok ? await answer.bytes().then(Buffer.from, () => undefined) : undefined
          if (bytes === undefined) {
            expect(undecodable).toContain(entry.file)
            await expectRefused(instance, accept)
            return
          }
          expect(undecodable).not.toContain(entry.file)
          expect(answer.headers.get('content-type')).toBe(accept)
          expect(answer.headers.get('content-length')).toBe(String(bytes.length))
          const [before, after] = [await readPart10([stored]), await readPart10([bytes])]
          expect(after.transferSyntax).toBe(ExplicitVRLittleEndian)
          expect(after.warnings.length).toBeLessThanOrEqual(before.warnings.length)
          expect(unpixelled(after.dataset)).toEqual(unpixelled(before.dataset))
          expect(after.pixelData).toMatchObject({ encapsulated: false, frames: before.pixelData?.frames })
          expectGolden(bytes, after, golden)
          const middle = Math.floor(bytes.length / 2)
          const ranged = await get(instance, accept, { range: `bytes=${middle}-${middle + 9999}` })
          expect(ranged.status).toBe(206)
          expect(Buffer.from(await ranged.arrayBuffer()).equals(bytes.subarray(middle, middle + 10_000))).toBe(true)
          await expectFrames(instance, bytes, after)
        } finally {
          expect((await fetch(instance, { method: 'DELETE' })).status).toBe(204)
        }
      },
      60_000,
    )
  })

  describe('every damaged file that can be stored', () => {
    const damaged = readManifest(corpus).filter((entry) => entry.file.startsWith('bad/') && entry.expect !== 'reject')
    it.each(damaged.map((entry) => [entry.file, entry] as const))('%s is transcoded or refused', async (_, entry) => {
      const instance = await store(readEntry(corpus, entry))
      if (instance === undefined) return
      const octets = 'application/octet-stream'
      const answers = [
        await get(instance, `application/dicom; transfer-syntax=${ExplicitVRLittleEndian.uid}`),
        await get(instance, `application/dicom; transfer-syntax=${JPEGLSLossless.uid}`),
        await get(instance, 'application/dicom'),
        await get(`${instance}/frames/1`, octets),
        await get(`${instance}/frames/1`, 'image/jls'),
        await get(`${instance}/pixeldata`, octets),
      ]
      for (const { status } of answers) expect([200, 404, 406]).toContain(status)
      // A frame in the middle may break an answer off; nothing else may.
      await Promise.all(answers.map((answer) => answer.bytes().catch(() => undefined)))
      expect((await get(instance, 'application/dicom; transfer-syntax=*')).status).toBe(200)
      expect((await fetch(instance, { method: 'DELETE' })).status).toBe(204)
    })
  })

  async function store(bytes: Buffer): Promise<string | undefined> {
    const response = await fetch(`${archive.root}/studies`, {
      method: 'POST',
      headers: { 'content-type': 'application/dicom', accept: 'application/dicom+json' },
      body: new Uint8Array(bytes),
    })
    const module = (await response.json()) as Dataset // the archive's own form
    const [item] = (module[tags.ReferencedSOPSequence]?.Value ?? []) as Dataset[] // a sequence
    return item?.[tags.RetrieveURL]?.Value?.[0] as string | undefined // UR
  }

  /** With the reason, at once and for every frame that is damaged; as it is stored it can still be had. */
  async function expectRefused(instance: string, accept: string): Promise<void> {
    const refused = await get(instance, accept)
    expect([refused.status, await refused.json()]).toEqual([
      406,
      expect.objectContaining({ detail: expect.any(String) }),
    ])
    const stored = await get(instance, 'application/dicom')
    expect(stored.status).toBe(200)
    await stored.bytes()
  }

  /** Frame by frame the same, and the whole pixel data as octets. */
  async function expectFrames(instance: string, bytes: Buffer, { pixelData }: ParsedInstance): Promise<void> {
    if (pixelData === undefined) throw new Error('no pixel data')
    const last = pixelData.frames
    const accept = `multipart/related; type="application/octet-stream"; transfer-syntax=${ExplicitVRLittleEndian.uid}`
    const answer = await get(`${instance}/frames/${last},1`, accept)
    expect(answer.status).toBe(200)
    const parts = parseMultipart(answer.headers.get('content-type'), await answer.bytes())
    if (pixelData.frameBits % 8 === 0)
      expect(parts.map(({ body }) => sha256(body))).toEqual([last, 1].map((n) => sha256(frameOf(bytes, pixelData, n))))
    const whole = await get(`${instance}/pixeldata`, 'application/octet-stream')
    const isLossy =
      whole.headers.get('content-type') !== `application/octet-stream; transfer-syntax=${ExplicitVRLittleEndian.uid}`
    if (whole.status === 200 && !isLossy)
      expect(sha256(await whole.bytes())).toBe(
        sha256(bytes.subarray(pixelData.offset, pixelData.offset + Math.ceil((pixelData.frameBits * last) / 8))),
      )
    const jls = await get(`${instance}/frames/${last}`, `image/jls; transfer-syntax=${JPEGLSLossless.uid}`)
    expect([200, 406]).toContain(jls.status)
  }
}

function get(url: string, accept: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { headers: { accept, ...headers } })
}

function expectGolden(bytes: Buffer, { pixelData, dataset }: ParsedInstance, { frames, decoded }: GoldenFrames): void {
  const bitsAllocated = numberOf(dataset, tags.BitsAllocated)
  const digests = decoded?.planar0?.sha256 ?? decoded?.sha256
  if (pixelData === undefined || digests === undefined || decoded?.deterministic !== true || decoded.agree !== true)
    return
  if (pixelData.frameBits % 8 !== 0) return
  const isUnpacked = decoded.bitsAllocated === 8 && bitsAllocated === 1
  const read = (n: number) => (isUnpacked ? unpacked(frameOf(bytes, pixelData, n)) : frameOf(bytes, pixelData, n))
  expect(frames.map(({ n }) => sha256(read(n)))).toEqual(digests)
}

function frameOf(bytes: Buffer, layout: NonNullable<ParsedInstance['pixelData']>, frame: number): Buffer {
  const range = nativeFrameRange(layout, frame)
  if (range === undefined) throw new Error(`no frame ${frame}`)
  return bytes.subarray(range.offset, range.offset + range.length)
}

/** A byte for every bit, as other tools give one-bit pixels. */
function unpacked(bits: Buffer): Buffer {
  return Buffer.from(Array.from({ length: bits.length * 8 }, (_, i) => ((bits[i >> 3] ?? 0) >> (i & 7)) & 1))
}

/** What decoding does not touch. */
function unpixelled(dataset: Dataset): Dataset {
  const touched: readonly string[] = [
    tags.PixelData,
    tags.PhotometricInterpretation,
    tags.PlanarConfiguration,
    tags.ExtendedOffsetTable,
    tags.ExtendedOffsetTableLengths,
    tags.LossyImageCompression,
    tags.IconImageSequence,
  ]
  return JSON.parse(
    JSON.stringify(Object.fromEntries(Object.entries(dataset).filter(([tag]) => !touched.includes(tag)))),
  )
}
