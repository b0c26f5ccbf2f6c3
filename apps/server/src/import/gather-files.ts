import type { MeasuredFile } from './source-file.ts'

/** What goes into one request. */
export interface BatchLimits {
  /** A longer file goes alone, and is streamed. */
  readonly longestFile: number
  /** Bytes of the files of a batch together. */
  readonly bytes: number
  readonly files: number
}

/**
 * A hundred small files in a request cost the server little more than one, for they become durable together; a few of half
 * a megabyte keep several requests under way where there are but some dozens of files.
 */
export const batchLimits: BatchLimits = { longestFile: 2 ** 20, bytes: 4 * 2 ** 20, files: 100 }

/** Puts small files that follow each other together. Long ones come alone, before the small ones that wait for company. */
export async function* gatherFiles<File extends MeasuredFile>(
  files: AsyncIterable<File>,
  limits: BatchLimits = batchLimits,
): AsyncGenerator<readonly File[], void, undefined> {
  let batch: File[] = []
  let bytes = 0
  for await (const file of files) {
    if (file.length > limits.longestFile) {
      yield [file]
      continue
    }
    if (batch.length === limits.files || bytes + file.length > limits.bytes) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(file)
    bytes += file.length
  }
  if (batch.length > 0) yield batch
}
