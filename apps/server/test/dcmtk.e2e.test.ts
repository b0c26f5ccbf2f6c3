import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Dataset, tags } from '@sansfilm/dicom'
import { corpusFolder, type GoldenMetadata, readEntry, readGolden, readManifest } from './support/corpus.ts'
import { describeIf } from './support/describe-if.ts'
import { differences } from './support/golden-difference.ts'
import { onPath } from './support/on-path.ts'
import { startTestArchive, type TestArchive } from './support/test-archive.ts'

const run = promisify(execFile)

/** Left out of the comparison, as the corpus does: bytes, and the character set that JSON changes to UTF-8. */
const incomparable = [tags.SpecificCharacterSet, tags.PixelData, tags.FloatPixelData, tags.DoubleFloatPixelData]

describeIf(
  corpusFolder !== undefined && onPath('dcm2json') && onPath('dcmdump'),
  'dcmtk is not installed or SANSFILM_CORPUS names no folder',
  'dcmtk',
  () => {
    const corpus = corpusFolder ?? ''
    const entries = readManifest(corpus).filter(
      ({ file, expect: wanted }) => wanted === 'store' && file.startsWith('files/'),
    )
    const goldens = readGolden<GoldenMetadata>(corpus, 'metadata.ndjson.gz')
    let archive: TestArchive
    let folder: string

    beforeAll(async () => {
      archive = await startTestArchive()
      folder = await mkdtemp(join(tmpdir(), 'sansfilm-dcmtk-'))
    })
    afterAll(async () => {
      await archive.close()
      await rm(folder, { recursive: true })
    })

    it.each(entries.map((entry) => [entry.file, entry] as const))(
      'dcm2json and dcmdump agree on %s',
      async (_, entry) => {
        const bytes = readEntry(corpus, entry)
        const original = join(folder, 'original.dcm')
        await writeFile(original, bytes)
        const url = await store(bytes)
        try {
          const instance = await fetch(url, { headers: { accept: 'application/dicom; transfer-syntax=*' } })
          const retrieved = join(folder, 'retrieved.dcm')
          await writeFile(retrieved, await instance.bytes())
          expect(await dump(retrieved)).toBe(await dump(original))
          const theirs = await dcm2json(retrieved)
          // What dcm2json cannot read, dcmdump alone can speak for.
          if (theirs === undefined) return
          const [ours = {}] = (await (await fetch(`${url}/metadata`)).json()) as Dataset[] // PS3.18 §F.2
          const disputed = new Set(
            Object.keys(goldens.get(entry.file)?.notStrict ?? {}).map((path) => path.slice(0, 8)),
          )
          const agreed = Object.entries(theirs).filter(
            ([tag]) => !tag.startsWith('0002') && !incomparable.some((one) => one === tag) && !disputed.has(tag),
          )
          expect(differences({ file: entry.file, consensus: Object.fromEntries(agreed) }, ours)).toEqual([])
        } finally {
          await fetch(url, { method: 'DELETE' })
        }
      },
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

/** dcmdump's whole listing but the line that names the file. */
async function dump(file: string): Promise<string> {
  const { stdout } = await run('dcmdump', ['-q', '+L', file], {
    encoding: 'latin1',
    maxBuffer: 512 * 1024 * 1024,
  }).catch(
    (error: { stdout: string }) => error, // some files make dcmdump complain after it has listed them
  )
  return stdout.replace(/^# .*\n/gm, '')
}

async function dcm2json(file: string): Promise<Dataset | undefined> {
  try {
    const { stdout } = await run('dcm2json', ['-q', file], { maxBuffer: 512 * 1024 * 1024 })
    return JSON.parse(stdout) as Dataset // what dcm2json is for
  } catch {
    return undefined
  }
}
