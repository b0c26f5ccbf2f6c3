import { createConcurrencyLimit, forEachConcurrently } from './concurrency-limit.ts'
import { diskFile, openFile } from './disk-file.ts'
import { type FileOutcome, refused } from './file-outcome.ts'
import { batchLimits, gatherFiles } from './gather-files.ts'
import type { MeasuredFile } from './source-file.ts'
import { type Finding, storeUnlessZip, zipInZip } from './store-file.ts'
import type { StoreTarget } from './store-target.ts'
import { storeTogether } from './store-together.ts'
import { UnreadableError } from './unreadable-error.ts'
import { walkFiles } from './walk-files.ts'
import { defaultZipLimits, type ZipLimits } from './zip-limits.ts'

/** How an import runs. */
export interface ImportOptions {
  /** Ends the import: what is on its way is given up, and nothing of it stays. */
  readonly signal?: AbortSignal
  /** Hears every outcome as it is known. */
  readonly onProgress?: (progress: ImportProgress) => void
  /** Requests under way at once, each of one long file or of several small ones. Default 4. */
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
 * Imports folders, files and zips. Safe to interrupt and to repeat: what is stored already is found so. Holds 4 MB
 * for each request under way, whatever the number and size of the files.
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
  /** Memory that small files are read into: a piece for each request under way. */
  const free: Buffer[] = []
  const stopped = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])

  function tell(outcome: FileOutcome, bytes: number): void {
    summary[outcome.status] += 1
    summary.bytes += bytes
    onProgress?.({ outcome, bytes })
  }

  /** Stores what is small together, what is long alone; `unpack` is given what turns out to be a zip. */
  async function storeAll(
    files: AsyncIterable<MeasuredFile>,
    unpack: (zip: MeasuredFile) => Promise<void>,
  ): Promise<void> {
    await forEachConcurrently(gatherFiles(files), concurrency, (batch) =>
      storeBatch(batch, unpack).catch((error: unknown) => {
        stop.abort(error) // The first failure ends what else is on its way.
        throw error
      }),
    )
  }

  async function storeBatch(
    batch: readonly MeasuredFile[],
    unpack: (zip: MeasuredFile) => Promise<void>,
  ): Promise<void> {
    const zips: MeasuredFile[] = []
    const found = (file: MeasuredFile, finding: Finding) => {
      if (finding === 'zip') zips.push(file)
      else tell({ name: file.name, ...finding }, file.weight ?? 0)
    }
    await limit.run(() => findOut(batch, found))
    stopped.throwIfAborted()
    for (const zip of zips) await unpack(zip)
  }

  async function findOut(
    batch: readonly MeasuredFile[],
    found: (file: MeasuredFile, finding: Finding) => void,
  ): Promise<void> {
    stopped.throwIfAborted()
    const [file] = batch
    if (file !== undefined && file.length > batchLimits.longestFile) {
      return found(file, await storeUnlessZip(file, target, stopped))
    }
    const memory = free.pop() ?? Buffer.allocUnsafeSlow(batchLimits.bytes + batchLimits.files)
    try {
      await storeTogether(batch, target, memory, found, stopped)
    } finally {
      free.push(memory)
    }
  }

  async function* readable(): AsyncGenerator<MeasuredFile, void, undefined> {
    for await (const found of walkFiles(paths)) {
      if ('problem' in found) tell({ name: found.path, ...refused(found.problem) }, 0)
      else yield diskFile(found.path, found.bytes)
    }
  }

  async function importZip({ name: path }: MeasuredFile): Promise<void> {
    // What opens zips is loaded by those alone who have some.
    const { storeZip } = await import('./store-zip.ts')
    try {
      const handle = await openFile(path)
      try {
        const entries = (files: AsyncIterable<MeasuredFile>) => storeAll(files, refuseZip)
        await storeZip(handle, path, zipLimits, entries, (outcome) => tell(outcome, 0))
      } finally {
        await handle.close()
      }
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error
      tell({ name: path, ...refused(error.message) }, 0)
    }
  }

  async function refuseZip({ name, weight = 0 }: MeasuredFile): Promise<void> {
    tell({ name, ...zipInZip }, weight)
  }

  await storeAll(readable(), importZip)
  stopped.throwIfAborted()
  return summary
}
