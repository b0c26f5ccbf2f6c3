import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Dataset } from '@sansfilm/dicom'

/** One file of the corpus, as its manifest describes it. */
export interface CorpusEntry {
  readonly file: string
  readonly sha256: string
  readonly expect: 'store' | 'reject' | 'either'
  readonly reason?: string
  readonly studyInstanceUID: string | null
  readonly seriesInstanceUID: string | null
  readonly sopInstanceUID: string | null
  readonly transferSyntaxUID: string | null
  readonly gunzipFirst?: boolean
}

/** What independent tools read from a file. */
export interface GoldenMetadata {
  readonly file: string
  readonly consensus: Dataset | null
  readonly notStrict?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly pydicomOnly?: Dataset
}

/** Digests of the stored frames. */
export interface GoldenFrames {
  readonly file: string
  readonly storedAs: 'native' | 'encapsulated'
  readonly numberOfFrames: number
  readonly frames: readonly {
    readonly n: number
    readonly sha256: string
    readonly sha256WithoutPadding?: string
    readonly length: number
  }[]
  readonly framesByteAligned?: boolean
  /** Where not all frames are listed: of their digests, joined. */
  readonly sha256OfAllFrameHashes?: string
  readonly tooShort?: boolean
  /** What other tools decode the frames to, where any does. */
  readonly decoded?: {
    readonly deterministic?: boolean
    readonly agree?: boolean
    readonly bitsAllocated?: number
    /** In the order of `frames`; absent where the decoded bytes are the stored ones. */
    readonly sha256?: readonly string[]
    /** With the samples of a pixel together. */
    readonly planar0?: { readonly sha256: readonly string[] }
  } | null
}

/** The corpus folder, where `SANSFILM_CORPUS` names one. */
export const corpusFolder = process.env.SANSFILM_CORPUS

/** The manifest's entries. */
export function readManifest(folder: string): readonly CorpusEntry[] {
  return JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as CorpusEntry[] // the corpus' documented form
}

/** A golden file, by the file each line is about. */
export function readGolden<Line extends { readonly file: string }>(
  folder: string,
  name: string,
): ReadonlyMap<string, Line> {
  const lines = gunzipSync(readFileSync(join(folder, 'golden', name)))
    .toString()
    .trim()
    .split('\n')
  return new Map(lines.map((line) => JSON.parse(line) as Line).map((line) => [line.file, line])) // likewise
}

/** The bytes to send for an entry. */
export function readEntry(folder: string, entry: CorpusEntry): Buffer {
  const bytes = readFileSync(join(folder, entry.file))
  return entry.gunzipFirst === true ? gunzipSync(bytes) : bytes
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
