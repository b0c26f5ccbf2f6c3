import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isObjectKey, type StoredObject } from '@sansfilm/core/adapters'
import { absent, attempt, unless } from './failures.ts'

/** Files looked at together. */
const batchSize = 64

/** The objects below `directory` in key order. Holds the names of one folder a level; what is no object is passed over. */
export async function* listObjects(directory: string, prefix: string, parent = ''): AsyncIterable<StoredObject> {
  const entries = await attempt(
    'list a folder',
    unless(absent, readdir(join(directory, parent), { withFileTypes: true })),
  )
  let files: string[] = []
  for (const key of keysIn(entries ?? [], parent)) {
    if (key.endsWith('/')) {
      if (!key.startsWith(prefix) && !prefix.startsWith(key)) continue
      yield* await describe(directory, files)
      files = []
      yield* listObjects(directory, prefix, key)
    } else if (key.startsWith(prefix)) {
      if (files.push(key) < batchSize) continue
      yield* await describe(directory, files)
      files = []
    }
  }
  yield* await describe(directory, files)
}

/** Keys of files and, ending in a slash, of folders; with it they sort as the keys below them do. */
function keysIn(entries: readonly Dirent[], parent: string): readonly string[] {
  return entries
    .filter((entry) => isObjectKey(entry.name) && (entry.isFile() || entry.isDirectory()))
    .map((entry) => `${parent}${entry.name}${entry.isDirectory() ? '/' : ''}`)
    .sort()
}

async function describe(directory: string, keys: readonly string[]): Promise<readonly StoredObject[]> {
  const objects = await Promise.all(
    keys.map(async (key): Promise<readonly StoredObject[]> => {
      const found = await attempt('look at an object', unless(['ENOENT'], stat(join(directory, key))))
      return found === undefined ? [] : [{ key, length: found.size, modified: found.mtime }] // deleted meanwhile: none
    }),
  )
  return objects.flat()
}
