import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { inflateRawSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import type { Attribute, Dataset, Value } from '../dataset.ts'
import { tags } from '../dictionary/dictionary.ts'
import { alignBits, fragmentsRange, joinFragments, swapUnits } from '../pixel-data/extract.ts'
import { decodeFrameSpan, frameBlockOf } from '../pixel-data/frame-table.ts'
import { nativeFrameRange } from '../pixel-data/frames.ts'
import { chunksOf } from '../testing/chunks.ts'
import {
  corpusFiles,
  corpusFolder,
  type GoldenAttribute,
  type GoldenFrames,
  type GoldenMetadata,
  readCorpusFile,
  readGolden,
  withCorpus,
} from '../testing/corpus.ts'
import { vrs } from '../vr.ts'
import type { ParsedInstance } from './parsed-instance.ts'
import { readPart10 } from './read.ts'

const describeCorpus = corpusFolder === undefined ? describe.skip : describe

describeCorpus(`every readable file${withCorpus}`, () => {
  test.each(readGolden<GoldenMetadata>('metadata').map((golden) => [golden.file, golden] as const))(
    '%s has the metadata on which other tools agree',
    async (file, golden) => {
      const bytes = readCorpusFile(file)
      expect(differences(golden, await readPart10(chunksOf(bytes)), bytes)).toEqual([])
    },
  )

  test.each(readGolden<GoldenFrames>('frames').map((golden) => [golden.file, golden] as const))(
    '%s has the frames that other tools found',
    async (file, golden) => {
      const bytes = readCorpusFile(file)
      const parsed = await readPart10(chunksOf(bytes))
      const found: string[] = []
      for (let frame = 1; frame <= (parsed.pixelData?.frames ?? 0); frame++) {
        found.push(
          createHash('sha256')
            .update(await frameBytes(parsed, bytes, frame, golden))
            .digest('hex'),
        )
      }
      const wanted = golden.frames.map(({ n, sha256 }) => [n, sha256])
      expect(golden.frames.map(({ n }) => [n, found[n - 1]])).toEqual(wanted)
      if (golden.frames.length > 0) expect(found).toHaveLength(golden.numberOfFrames)
      if (golden.sha256OfAllFrameHashes === undefined) return
      expect(createHash('sha256').update(found.join('')).digest('hex')).toBe(golden.sha256OfAllFrameHashes)
    },
  )

  test('parses, with every chunk size', async () => {
    for (const file of [...corpusFiles('files'), ...corpusFiles('series')]) {
      const bytes = readCorpusFile(file)
      const whole = await readPart10([bytes])
      expect(isDeepStrictEqual(await readPart10(chunksOf(bytes, 4099)), whole)).toBe(true)
    }
  }, 60_000)
})

/** The stored bytes of a frame, as the corpus hashes them. */
async function frameBytes(
  parsed: ParsedInstance,
  object: Buffer,
  frame: number,
  golden: GoldenFrames,
): Promise<Uint8Array> {
  const { pixelData, frameBlocks, transferSyntax } = parsed
  if (pixelData === undefined) throw new Error('no pixel data')
  const bytes = transferSyntax.deflated ? inflateRawSync(object.subarray(dataSetOffset(object))) : object
  if (!pixelData.encapsulated) {
    const range = nativeFrameRange(pixelData, frame)
    if (range === undefined) throw new Error('no such frame')
    const native = bytes.subarray(range.offset, range.offset + range.length)
    if (pixelData.frameBits % 8 !== 0) return alignBits(native, range.bitOffset, pixelData.frameBits)
    return golden.swapUnitBytes === undefined ? native : swapUnits(native, golden.swapUnitBytes)
  }
  const { block, index } = frameBlockOf(frame)
  const span = decodeFrameSpan(frameBlocks[block] ?? new Uint8Array(), index)
  if (span === undefined) throw new Error('no such frame')
  if (span.fragments === 1) return bytes.subarray(span.offset, span.offset + span.length)
  const { offset, length } = fragmentsRange(span)
  const pieces: Uint8Array[] = []
  for await (const piece of joinFragments(toAsync(chunksOf(bytes.subarray(offset, offset + length), 1000))))
    pieces.push(piece)
  return Buffer.concat(pieces)
}

async function* toAsync<T>(items: Iterable<T>): AsyncIterable<T> {
  yield* items
}

/** Group length is right in the deflated files of the corpus. */
function dataSetOffset(object: Buffer): number {
  return 144 + object.readUInt32LE(140)
}

/** Tags where our answer is not the golden one. */
function differences(
  { consensus, notStrict = {}, pydicomOnly }: GoldenMetadata,
  parsed: ParsedInstance,
  object: Buffer,
): readonly string[] {
  const bytes = parsed.transferSyntax.deflated ? inflateRawSync(object.subarray(dataSetOffset(object))) : object
  const ranges = new Map(parsed.bulkData.map((range) => [range.path, range]))

  /** The value of binary attributes, wherever it is. */
  const binaryOf = ({ InlineBinary, BulkDataURI, vr }: Attribute): Buffer | undefined => {
    if (InlineBinary !== undefined) return Buffer.from(InlineBinary, 'base64')
    const range = ranges.get(BulkDataURI ?? '')
    if (range === undefined) return undefined
    const stored = bytes.subarray(range.offset, range.offset + range.length)
    return Buffer.from(parsed.transferSyntax.bigEndian ? swapUnits(stored, vrs[vr].unit) : stored)
  }

  const equalAttributes = (
    golden: GoldenAttribute | string | null | undefined,
    ours: Attribute | undefined,
  ): boolean => {
    if (golden === null || golden === undefined) return ours === undefined
    if (typeof golden === 'string' || ours === undefined || golden.vr !== ours.vr) return false
    if (golden._omitted !== undefined) return true
    const binary = binaryOf(ours)
    if (golden.BulkSha256 !== undefined) {
      return binary !== undefined && createHash('sha256').update(binary).digest('hex') === golden.BulkSha256
    }
    if (binary !== undefined || golden.InlineBinary !== undefined)
      return golden.InlineBinary === binary?.toString('base64')
    const [a, b] = [golden.Value ?? [], ours.Value ?? []]
    return a.length === b.length && a.every((value, i) => equalValues(value, b[i]))
  }

  const equalValues = (golden: Value, ours: Value | undefined): boolean => {
    // Some tools write an empty value as a text without characters; PS3.18 §F.2.5 says null.
    if (golden === '') return ours === null
    if (typeof golden === 'number' || typeof ours === 'number') return Number(golden) === Number(ours)
    if (typeof golden !== 'object' || golden === null || typeof ours !== 'object' || ours === null)
      return golden === ours
    const [a, b] = [golden, ours] as readonly Record<string, Attribute | string>[] // names and items alike
    return [...new Set([...Object.keys(golden), ...Object.keys(ours)])]
      .filter((key) => key !== tags.PixelData && key !== tags.SpecificCharacterSet && !key.endsWith('0000'))
      .every((key) => {
        const [left, right] = [a?.[key], b?.[key]]
        return typeof left === 'string' || typeof right === 'string' ? left === right : equalAttributes(left, right)
      })
  }

  // Tags that are not strict may lie in items, as `00321064[0].00100010`: they are taken out before the rest is compared.
  const dataset = structuredClone(parsed.dataset)
  const loose = Object.entries(notStrict)
    .map(([path, { why, ...answers }]) => ({ path, answers: Object.values(answers), ours: take(dataset, path) }))
    .filter(({ answers, ours }) => !answers.some((answer) => equalAttributes(answer, ours) || isRetyped(answer, ours)))
    .map(({ path, answers, ours }) => `${path}: one of ${summary(answers)}, not ${summary(ours)}`)
  const strict = Object.entries(consensus ?? pydicomOnly ?? {})
    .filter(([tag, attribute]) => tag !== tags.SpecificCharacterSet && !equalAttributes(attribute, dataset[tag]))
    .map(([tag, attribute]) => `${tag}: ${summary(attribute)}, not ${summary(dataset[tag])}`)
  return [...strict, ...loose]
}

/** Removes and answers the attribute at a path of the goldens. */
function take(dataset: Dataset, path: string): Attribute | undefined {
  const steps = path.split('.')
  let scope: Record<string, Attribute> | undefined = dataset
  for (const step of steps.slice(0, -1)) {
    const [, tag = '', item = ''] = /^(\w+)\[(\d+)\]$/.exec(step) ?? []
    scope = scope?.[tag]?.Value?.[Number(item)] as Record<string, Attribute> | undefined // the goldens name items only
  }
  const tag = steps.at(-1) ?? ''
  const taken = scope?.[tag]
  delete scope?.[tag]
  return taken
}

/** "UN kept vs re-typed from a dictionary": both are right, and only some tools re-type. */
function isRetyped(golden: GoldenAttribute | string | null, ours: Attribute | undefined): boolean {
  return typeof golden === 'object' && golden?.vr === 'UN' && ours !== undefined && ours.vr !== 'UN'
}

function summary(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 1000) ?? 'absent'
}
