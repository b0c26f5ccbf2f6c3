import { readdir, readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { fileErrorCode } from '../import/file-error.ts'
import { type RenderedDocument, renderMarkdown } from './markdown.ts'

/** Names of documents are words with hyphens, in folders: no path leads out. */
const documentPath = /^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*$/

/** One of the documents of the repository. */
export interface DocumentEntry {
  /** Below the folder, without `.md`. */
  readonly path: string
  readonly title: string
}

/** Every document, those at the top first. */
export async function listDocuments(folder: string): Promise<readonly DocumentEntry[]> {
  const files = await readdir(folder, { recursive: true })
  const paths = files
    .filter((file) => file.endsWith('.md'))
    .map((file) => file.slice(0, -'.md'.length).split(sep).join('/'))
    .filter((path) => documentPath.test(path))
  const entries = await Promise.all(
    paths.map(async (path) => ({ path, title: (await readDocument(folder, path))?.title ?? path })),
  )
  const depth = (path: string) => path.split('/').length
  return entries.sort((a, b) => depth(a.path) - depth(b.path) || a.path.localeCompare(b.path))
}

/** `undefined` where there is no such document. */
export async function readDocument(folder: string, path: string): Promise<RenderedDocument | undefined> {
  if (!documentPath.test(path)) return undefined
  try {
    return renderMarkdown(await readFile(join(folder, `${path}.md`), 'utf8'))
  } catch (error) {
    if (fileErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
