import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The folder of the corpus of real files, named by SANSFILM_CORPUS; `undefined` where there is none. */
export const corpusFolder: string | undefined = process.env.SANSFILM_CORPUS || undefined

/** Ends the name of a test that needs the corpus: the reason where it is skipped. */
export const withCorpus = corpusFolder === undefined ? ' [skipped: SANSFILM_CORPUS names no corpus folder]' : ''

/** Names of the valid files of the corpus; none without one. */
export function corpusFiles(): readonly string[] {
  if (corpusFolder === undefined) return []
  return readdirSync(join(corpusFolder, 'files')).filter((name) => name.endsWith('.dcm'))
}

export function corpusPath(name: string): string {
  return join(corpusFolder ?? '', 'files', name)
}

export function readCorpusFile(name: string): Buffer {
  return readFileSync(corpusPath(name))
}
