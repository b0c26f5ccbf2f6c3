import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Attribute } from '../dataset.ts'

/** The folder of the corpus of real and damaged files, named by SANSFILM_CORPUS; `undefined` where there is none. */
export const corpusFolder: string | undefined = process.env.SANSFILM_CORPUS || undefined

/** Ends the name of a test that needs the corpus: the reason where it is skipped. */
export const withCorpus = corpusFolder === undefined ? ' [skipped: SANSFILM_CORPUS names no corpus folder]' : ''

/** What the corpus expects of a file. */
export interface CorpusEntry {
  readonly file: string
  readonly expect: 'store' | 'reject' | 'either'
  readonly reason?: string
}

/** An attribute as other tools see it: long binary values by digest, very long ones not at all. */
export type GoldenAttribute = Attribute & { readonly BulkSha256?: string; readonly _omitted?: number }

type GoldenDataset = { readonly [tag: string]: GoldenAttribute }

/** The JSON on which independent tools agree, and what each says where they do not. */
export interface GoldenMetadata {
  readonly file: string
  readonly consensus: GoldenDataset | null
  readonly notStrict?: { readonly [tag: string]: { readonly [tool: string]: GoldenAttribute | string | null } }
  readonly pydicomOnly?: GoldenDataset
}

/** The stored bytes of each frame, by digest. */
export interface GoldenFrames {
  readonly file: string
  readonly storedAs?: 'native' | 'encapsulated'
  readonly frames: readonly { readonly n: number; readonly sha256: string; readonly length: number }[]
  readonly numberOfFrames: number
  readonly bitsAllocated: number
  readonly bitPacked?: boolean
  readonly swapUnitBytes?: number
  readonly sha256OfAllFrameHashes?: string
}

/** A file of the corpus as it is to be sent. */
export function readCorpusFile(file: string): Buffer {
  const bytes = readFileSync(join(corpusFolder ?? '', file))
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes
}

export function readManifest(): readonly CorpusEntry[] {
  return corpusFolder === undefined ? [] : JSON.parse(readFileSync(join(corpusFolder, 'manifest.json'), 'utf8'))
}

/** The lines of a golden file; none without a corpus. */
export function readGolden<T>(name: 'metadata' | 'frames'): readonly T[] {
  const path = join(corpusFolder ?? '', 'golden', `${name}.ndjson.gz`)
  if (corpusFolder === undefined || !existsSync(path)) return []
  const lines = gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line) as T) // the corpus documents the shape
}

/** Files of a folder of the corpus, below it as well. */
export function corpusFiles(folder: string): readonly string[] {
  if (corpusFolder === undefined) return []
  return readdirSync(join(corpusFolder, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.dcm(\.gz)?$/.test(name))
    .map((name) => `${folder}/${name}`)
    .sort()
}
