import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Dataset, decodeNativeModel, tags } from '@sansfilm/dicom'
import {
  type CorpusEntry,
  corpusFolder,
  type GoldenFrames,
  type GoldenMetadata,
  readEntry,
  readGolden,
  readManifest,
  sha256,
} from './support/corpus.ts'
import { differences } from './support/golden-difference.ts'
import { parseMultipart } from './support/parse-multipart.ts'
import { startTestArchive, type TestArchive } from './support/test-archive.ts'

const storedSyntax = 'multipart/related; type="application/dicom"; transfer-syntax=*'
const storedFrames = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'

/** An answer slower than this would keep a client waiting for bad input. */
const patience = 5000

const corpus = corpusFolder
if (corpus === undefined) {
  it.skip('every file of the corpus [skipped: SANSFILM_CORPUS names no corpus folder]', () => undefined)
} else {
  const metadata = readGolden<GoldenMetadata>(corpus, 'metadata.ndjson.gz')
  const frames = readGolden<GoldenFrames>(corpus, 'frames.ndjson.gz')
  let archive: TestArchive

  beforeAll(async () => {
    archive = await startTestArchive()
  })
  afterAll(async () => {
    await archive.close()
  })

  describe('corpus', () => {
    it.each(readManifest(corpus).map((entry) => [entry.file, entry] as const))(
      '%s behaves as its manifest says',
      async (_, entry) => {
        const bytes = readEntry(corpus, entry)
        const answer = await store(bytes)
        expect(answer.status).toBeLessThan(500)
        const instanceUrl = retrieveUrlOf(answer.module)
        const failures = failuresOf(answer)
        if (entry.expect === 'store')
          expect({ accepted: answer.accepted, failures }).toEqual({ accepted: true, failures: [] })
        if (entry.expect === 'reject') expect(answer.accepted).toBe(false)
        if (instanceUrl === undefined) {
          expect(failures).toEqual([{ reason: expect.any(Number), comment: expect.any(String) }])
          await expectEmpty()
          return
        }
        try {
          await expectStoredBytes(instanceUrl, bytes)
          await expectMetadata(instanceUrl, entry)
          await expectFrames(instanceUrl, entry)
        } finally {
          expect((await fetch(instanceUrl, { method: 'DELETE' })).status).toBe(204)
        }
        await expectEmpty()
      },
      30_000,
    )
  })

  async function store(bytes: Buffer) {
    const started = performance.now()
    const response = await fetch(`${archive.root}/studies`, {
      method: 'POST',
      headers: { 'content-type': 'application/dicom', accept: 'application/dicom+json' },
      body: new Uint8Array(bytes),
    })
    const module = (await response.json()) as Dataset // the archive's own form, checked by what follows
    expect(performance.now() - started).toBeLessThan(patience)
    return { status: response.status, accepted: response.status === 200 || response.status === 202, module }
  }

  async function expectEmpty() {
    const response = await fetch(`${archive.root}/instances`, { headers: { accept: 'application/dicom+json' } })
    expect(response.status === 204 ? [] : await response.json()).toEqual([])
  }

  async function expectStoredBytes(instanceUrl: string, bytes: Buffer) {
    const response = await fetch(instanceUrl, { headers: { accept: storedSyntax } })
    expect(response.status).toBe(200)
    const [part] = parseMultipart(response.headers.get('content-type'), await response.bytes())
    expect(sha256(part?.body ?? Buffer.alloc(0))).toBe(sha256(bytes))
  }

  async function expectMetadata(instanceUrl: string, { file }: CorpusEntry) {
    const json = await fetch(`${instanceUrl}/metadata`, { headers: { accept: 'application/dicom+json' } })
    expect(json.status).toBe(200)
    const [fromJson] = (await json.json()) as Dataset[] // an array of models, by PS3.18 §F.2
    const xml = await fetch(`${instanceUrl}/metadata`, {
      headers: { accept: 'multipart/related; type="application/dicom+xml"' },
    })
    expect(xml.status).toBe(200)
    const [part] = parseMultipart(xml.headers.get('content-type'), await xml.bytes())
    const fromXml = decodeNativeModel(part?.body ?? Buffer.alloc(0))
    const golden = metadata.get(file)
    if (golden === undefined || fromJson === undefined) return
    expect(differences(golden, fromJson)).toEqual([])
    expect(differences(golden, fromXml)).toEqual([])
  }

  async function expectFrames(instanceUrl: string, { file }: CorpusEntry) {
    const golden = frames.get(file)
    if (golden === undefined || golden.tooShort === true) return
    for (const { n, sha256: digest, sha256WithoutPadding } of golden.frames) {
      expect([digest, sha256WithoutPadding]).toContain(sha256(await retrieveFrame(instanceUrl, n)))
    }
    if (golden.sha256OfAllFrameHashes === undefined) return
    // Only the first and last are listed; the others are held to the digest of all digests.
    const digests: string[] = []
    for (let n = 1; n <= golden.numberOfFrames; n++) {
      const frame = await retrieveFrame(instanceUrl, n)
      // Fragments are even (PS3.5 §A.4), and the goldens have them as stored: the pad byte is left out of what is served.
      const isUnpadded = golden.storedAs === 'encapsulated' && frame.length % 2 === 1
      digests.push(sha256(isUnpadded ? Buffer.concat([frame, Buffer.alloc(1)]) : frame))
    }
    expect(sha256(Buffer.from(digests.join('')))).toBe(golden.sha256OfAllFrameHashes)
  }

  async function retrieveFrame(instanceUrl: string, n: number): Promise<Buffer> {
    const response = await fetch(`${instanceUrl}/frames/${n}`, { headers: { accept: storedFrames } })
    expect([instanceUrl, n, response.status]).toEqual([instanceUrl, n, 200])
    const [part] = parseMultipart(response.headers.get('content-type'), await response.bytes())
    return part?.body ?? Buffer.alloc(0)
  }
}

function retrieveUrlOf(module: Dataset): string | undefined {
  const [item] = (module[tags.ReferencedSOPSequence]?.Value ?? []) as Dataset[] // a sequence
  return item?.[tags.RetrieveURL]?.Value?.[0] as string | undefined // UR
}

/** From the response module, or for a request refused as a whole from the problem document. */
function failuresOf({
  status,
  module,
}: {
  status: number
  module: Dataset
}): readonly { reason: unknown; comment: unknown }[] {
  if (status === 400) return [{ reason: status, comment: (module as { readonly detail?: unknown }).detail }]
  return [tags.FailedSOPSequence, tags.OtherFailuresSequence]
    .flatMap((tag) => (module[tag]?.Value ?? []) as Dataset[]) // sequences
    .map((item) => ({ reason: item[tags.FailureReason]?.Value?.[0], comment: item[tags.ErrorComment]?.Value?.[0] }))
}
