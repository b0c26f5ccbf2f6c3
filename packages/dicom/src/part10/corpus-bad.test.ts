import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { chunksOf } from '../testing/chunks.ts'
import { corpusFolder, readCorpusFile, readManifest, withCorpus } from '../testing/corpus.ts'
import { Part10Error } from './parsed-instance.ts'
import { readPart10 } from './read.ts'

/* Apart from the readable files, whose goldens fill the heap: collecting garbage around them would count as work. */

const describeCorpus = corpusFolder === undefined ? describe.skip : describe

/** What a store rejects for the structure of the bytes alone; UIDs, SOP Classes and DICOMDIR are judged elsewhere. */
const structurallyBad =
  /^bad\/(deflate-(bomb|not|truncated)|empty-file|length-(patientname|pixeldata)|meta-only|meta-without-transfer|missing-preamble-and|no-meta-header|not-dicom|truncated|vr-garbage|wrong-prefix|zeros)/

describeCorpus(`a bad file${withCorpus}`, () => {
  test.each(
    readManifest()
      .filter(({ file }) => file.startsWith('bad/'))
      .map(({ file, expect }) => [file, expect] as const),
  )('%s (%s) is read or refused, and fast', async (file, expected) => {
    const bytes = readCorpusFile(file)
    const yardstick = await cpuOf(hashALot)
    let outcome: unknown
    const cpu = await cpuOf(async () => {
      outcome = await readPart10(chunksOf(bytes)).catch((error: unknown) => error)
    })
    // Of work, not of time, and beside other work: the machine may do other things, on the same cores.
    expect(cpu / (yardstick + (await cpuOf(hashALot)))).toBeLessThan(10)
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(Part10Error)
    if (structurallyBad.test(file)) expect(outcome).toBeInstanceOf(Part10Error)
    if (expected === 'store') expect(outcome).not.toBeInstanceOf(Error)
  })
})

/** Milliseconds of CPU, of all threads. */
async function cpuOf(work: () => Promise<void>): Promise<number> {
  const start = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

/** About 50 ms on a machine of 2020. */
async function hashALot(): Promise<void> {
  const hash = createHash('sha256')
  const piece = Buffer.alloc(1024 * 1024)
  for (let n = 0; n < 64; n++) hash.update(piece)
  hash.digest()
}
