import type { FileHandle } from 'node:fs/promises'
import { type FileOutcome, refused } from './file-outcome.ts'
import { readZip } from './read-zip.ts'
import type { MeasuredFile } from './source-file.ts'
import { UnreadableError } from './unreadable-error.ts'
import type { ZipLimits } from './zip-limits.ts'

/**
 * Stores every file of a zip. A zip that cannot be read, or that goes beyond the limits, is one refusal.
 * @param file open for as long as this runs
 * @param store of its files
 * @param tell what became of the zip itself, where it is refused
 */
export async function storeZip(
  file: FileHandle,
  name: string,
  limits: ZipLimits,
  store: (entries: AsyncIterable<MeasuredFile>) => Promise<void>,
  tell: (outcome: FileOutcome) => void,
): Promise<void> {
  let entries = 0
  async function* counted(files: AsyncIterable<MeasuredFile>): AsyncGenerator<MeasuredFile, void, undefined> {
    for await (const entry of files) {
      entries += 1
      yield entry
    }
  }
  try {
    await store(counted(readZip(file, name, limits)))
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error
    return tell({ name, ...refused(error.message) })
  }
  if (entries === 0) tell({ name, ...refused('The zip has no files in it') })
}
