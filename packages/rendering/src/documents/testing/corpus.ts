import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type ParsedInstance, readPart10 } from '@sansfilm/dicom'

/** The folder of the corpus of real files, named by SANSFILM_CORPUS; `undefined` where there is none. */
export const corpusFolder: string | undefined = process.env.SANSFILM_CORPUS || undefined

/** Ends the name of a test that needs the corpus: the reason where it is skipped. */
export const withCorpus = corpusFolder === undefined ? ' [skipped: SANSFILM_CORPUS names no corpus folder]' : ''

/** Files of the corpus that can be read and whose SOP Class is one of the family. */
export function corpusFiles(sopClassPrefix: string): readonly string[] {
  if (corpusFolder === undefined) return []
  const entries: readonly { file: string; sopClassUID?: string; expect: string }[] = JSON.parse(
    readFileSync(join(corpusFolder, 'manifest.json'), 'utf8'),
  )
  return entries
    .filter(({ sopClassUID, expect }) => sopClassUID?.startsWith(sopClassPrefix) && expect === 'store')
    .map(({ file }) => file)
}

export function readCorpusInstance(file: string): Promise<ParsedInstance & { readonly bytes: Buffer }> {
  const stored = readFileSync(join(corpusFolder ?? '', file))
  const bytes = file.endsWith('.gz') ? gunzipSync(stored) : stored
  return readPart10([bytes]).then((instance) => ({ ...instance, bytes }))
}
