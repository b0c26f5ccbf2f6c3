import { createConcurrencyLimit, forEachConcurrently } from './concurrency-limit.ts'
import { diskFile, openFile } from './disk-file.ts'
import { headLength, kindOfHead } from './file-kind.ts'
import { type FileOutcome, refused } from './file-outcome.ts'
import { openPeeked, peekBytes } from './peek-bytes.ts'
import type { SourceFile } from './source-file.ts'
import { storeFile } from './store-file.ts'
import type { StoreTarget } from './store-target.ts'
import { storeZip } from './store-zip.ts'
import { UnreadableError } from './unreadable-error.ts'
import { type FoundFile, walkFiles } from './walk-files.ts'
import { defaultZipLimits, type ZipLimits } from './zip-limits.ts'

/** How an import runs. */
export interface ImportOptions {
  /** Ends the import: what is on its way is given up, and nothing of it stays. */
  readonly signal?: AbortSignal
  /** Hears every outcome as it is known. */
  readonly onProgress?: (progress: ImportProgress) => void
  /** Files on their way at once. Default 4. */
  readonly concurrency?: number
  readonly zipLimits?: ZipLimits
}

/** One step of an import. */
export interface ImportProgress {
  readonly outcome: FileOutcome
  /** Bytes at the origin that this step got done with. */
  readonly bytes: number
}

/** How many files had which outcome. */
export type ImportSummary = Readonly<Record<FileOutcome['status'], number>> & { readonly bytes: number }

/**
 * Imports folders, files and zips. Safe to interrupt and to repeat: what is stored already is found so. Holds a few files'
 * chunks in memory, whatever the number and size of the files.
 * @throws TargetError where the target takes no more; the signal's reason where it aborts
 */
export async function importPaths(
  paths: Iterable<string>,
  target: StoreTarget,
  { signal, onProgress, concurrency = 4, zipLimits = defaultZipLimits }: ImportOptions = {},
): Promise<ImportSummary> {
  const summary = { stored: 0, 'already-stored': 0, refused: 0, skipped: 0, bytes: 0 }
  const limit = createConcurrencyLimit(concurrency)
  const stop = new AbortController()
  const stopped = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])

  function tell(outcome: FileOutcome, bytes: number): void {
    summary[outcome.status] += 1
    summary.bytes += bytes
    onProgress?.({ outcome, bytes })
  }

  async function store(file: SourceFile): Promise<void> {
    const verdict = await limit.run(() => {
      stopped.throwIfAborted()
      return storeFile(file, target, stopped)
    })
    stopped.throwIfAborted()
    tell({ name: file.name, ...verdict }, file.weight ?? 0)
  }

  async function importFound(found: FoundFile): Promise<void> {
    stopped.throwIfAborted()
    if ('problem' in found) return tell({ name: found.path, ...refused(found.problem) }, 0)
    const file = diskFile(found.path, found.bytes)
    const first = await peekBytes(file.open(), headLength)
    try {
      if (kindOfHead(first.head) !== 'zip') return await store({ ...file, open: openPeeked(first, file.open) })
    } finally {
      await first.release()
    }
    await importZip(found.path)
  }

  async function importZip(path: string): Promise<void> {
    const handle = await openFile(path)
    try {
      await storeZip(handle, path, zipLimits, concurrency, store, (outcome) => tell(outcome, 0))
    } finally {
      await handle.close()
    }
  }

  await forEachConcurrently(walkFiles(paths), concurrency, (found) =>
    importFound(found).catch((error: unknown) => {
      if (error instanceof UnreadableError) return tell({ name: found.path, ...refused(error.message) }, 0)
      stop.abort(error) // The first failure ends what else is on its way.
      throw error
    }),
  )
  stopped.throwIfAborted()
  return summary
}
