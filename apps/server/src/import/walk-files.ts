import type { Stats } from 'node:fs'
import { opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { explainFileError } from './file-error.ts'

/** What stands at a path: a file to read, or why there is nothing to read. */
export type FoundFile =
  | { readonly path: string; readonly bytes: number }
  | { readonly path: string; readonly problem: string }

/**
 * Every file at and below the paths, as the folders list them. Links are followed; each folder is read once, so that links
 * in a circle end. Holds one open folder for each level, and a short mark for each folder seen.
 */
export async function* walkFiles(paths: Iterable<string>): AsyncGenerator<FoundFile, void, undefined> {
  const seenFolders = new Set<string>()
  for (const path of paths) yield* walk(path, seenFolders)
}

async function* walk(path: string, seenFolders: Set<string>): AsyncGenerator<FoundFile, void, undefined> {
  let stats: Stats
  try {
    stats = await stat(path)
  } catch (error) {
    yield { path, problem: explainFileError(error) }
    return
  }
  if (stats.isFile()) yield { path, bytes: stats.size }
  else if (!stats.isDirectory()) yield { path, problem: 'Neither a file nor a folder' }
  else if (isNew(stats, seenFolders)) yield* walkFolder(path, seenFolders)
}

function isNew({ dev, ino }: Stats, seen: Set<string>): boolean {
  const mark = `${dev}:${ino}`
  if (seen.has(mark)) return false
  seen.add(mark)
  return true
}

async function* walkFolder(path: string, seenFolders: Set<string>): AsyncGenerator<FoundFile, void, undefined> {
  try {
    for await (const { name } of await opendir(path)) yield* walk(join(path, name), seenFolders)
  } catch (error) {
    yield { path, problem: explainFileError(error) }
  }
}
