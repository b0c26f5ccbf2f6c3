import type { FileHandle } from 'node:fs/promises'
import { forEachConcurrently } from './concurrency-limit.ts'
import { type FileOutcome, refused } from './file-outcome.ts'
import { readZip } from './read-zip.ts'
import type { SourceFile } from './source-file.ts'
import { UnreadableError } from './unreadable-error.ts'
import type { ZipLimits } from './zip-limits.ts'

/**
 * Stores every file of a zip. A zip that cannot be read, or that goes beyond the limits, is one refusal.
 * @param file open for as long as this runs
 * @param store of one of its files
 * @param tell what became of the zip itself, where it is refused
 */
export async function storeZip(
  file: FileHandle,
  name: string,
  limits: ZipLimits,
  concurrency: number,
  store: (entry: SourceFile) => Promise<void>,
  tell: (outcome: FileOutcome) => void,
): Promise<void> {
  let entries = 0
  try {
    await forEachConcurrently(readZip(file, name, limits), concurrency, (entry) => {
      entries += 1
      return store(entry)
    })
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error
    return tell({ name, ...refused(error.message) })
  }
  if (entries === 0) tell({ name, ...refused('The zip has no files in it') })
}
