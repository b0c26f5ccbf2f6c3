import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { CodedFrame } from '@sansfilm/core/adapters'
import {
  alignBits,
  decodeFrameSpan,
  fragmentsRange,
  frameBlockOf,
  joinFragments,
  nativeFrameRange,
  type ParsedInstance,
  pixelDescriptionOf,
  readPart10,
  swapUnitOf,
  swapUnits,
} from '@sansfilm/dicom'

/** The folder of the corpus of real and damaged files; `undefined` where SANSFILM_CORPUS names none. */
export const corpusFolder: string | undefined = process.env.SANSFILM_CORPUS || undefined

/** Ends the name of a test that needs the corpus: the reason where it is skipped. */
export const withCorpus = corpusFolder === undefined ? ' [skipped: SANSFILM_CORPUS names no corpus folder]' : ''

/** What other tools make of a file's frames, as the corpus documents it. */
export interface GoldenFrames {
  readonly file: string
  readonly storedAs?: 'native' | 'encapsulated'
  readonly transferSyntaxUID: string
  readonly numberOfFrames: number
  readonly frames?: readonly { readonly n: number; readonly sha256: string }[]
  readonly decoded?: GoldenDecoded | null
}

export interface GoldenDecoded {
  readonly bitsAllocated: number
  /** In the order of `frames`; absent where the decoded bytes are the stored ones. */
  readonly sha256?: readonly string[]
  readonly sameAsStored?: boolean
  readonly planar0?: { readonly sha256: readonly string[] }
}

export function readGoldenFrames(): readonly GoldenFrames[] {
  const path = join(corpusFolder ?? '', 'golden', 'frames.ndjson.gz')
  if (corpusFolder === undefined || !existsSync(path)) return []
  const lines = gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line) as GoldenFrames) // the corpus documents the shape
}

/** Names of the damaged files that begin with `prefix`. */
export function damagedFiles(prefix: string): readonly string[] {
  if (corpusFolder === undefined) return []
  return readdirSync(join(corpusFolder, 'bad'))
    .filter((name) => name.startsWith(prefix) && name.endsWith('.dcm'))
    .map((name) => `bad/${name}`)
}

/** An instance of the corpus, and its frames one by one. */
export interface CorpusInstance {
  readonly numberOfFrames: number
  frame(number: number): Promise<CodedFrame>
}

/**
 * @param file below the corpus, or with its whole path
 * @returns `undefined` where there is no image, or the transfer syntax deflates the whole data set
 */
export async function readInstance(file: string): Promise<CorpusInstance | undefined> {
  const stored = readFileSync(resolve(corpusFolder ?? '', file))
  const bytes = file.endsWith('.gz') ? gunzipSync(stored) : stored
  const parsed = await readPart10([bytes])
  const { pixelData, dataset, transferSyntax } = parsed
  const description = pixelData && pixelDescriptionOf(dataset, pixelData.tag)
  if (pixelData === undefined || description === undefined || transferSyntax.deflated) return undefined
  return {
    numberOfFrames: pixelData.frames,
    frame: async (number) => ({
      transferSyntax: transferSyntax.uid,
      description,
      bytes: pixelData.encapsulated
        ? await encapsulatedFrame(bytes, parsed, number)
        : nativeFrame(bytes, parsed, number, description.bitsAllocated),
    }),
  }
}

async function encapsulatedFrame(bytes: Buffer, { frameBlocks }: ParsedInstance, number: number): Promise<Uint8Array> {
  const { block, index } = frameBlockOf(number)
  const span = decodeFrameSpan(frameBlocks[block] ?? new Uint8Array(0), index)
  if (span === undefined) throw new Error(`no frame ${number}`)
  const { offset, length } = fragmentsRange(span)
  const parts: Uint8Array[] = []
  for await (const part of joinFragments(chunks(bytes.subarray(offset, offset + length)))) parts.push(part)
  return Buffer.concat(parts)
}

async function* chunks(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}

function nativeFrame(
  bytes: Buffer,
  { pixelData, transferSyntax }: ParsedInstance,
  number: number,
  bitsAllocated: number,
): Uint8Array {
  const range = pixelData && nativeFrameRange(pixelData, number)
  if (pixelData === undefined || range === undefined) throw new Error(`no frame ${number}`)
  const stored = bytes.subarray(range.offset, range.offset + range.length)
  const ordered = transferSyntax.bigEndian ? swapUnits(stored, swapUnitOf(pixelData.vr, bitsAllocated)) : stored
  return bitsAllocated === 1 ? alignBits(ordered, range.bitOffset, pixelData.frameBits) : ordered
}
