import type { StoredInstance } from '../adapters/index.ts'
import { isMergeable, type MergedSeries, type MergeOptions, mergeSeries } from './merge-series.ts'
import { objectsLeftAt } from './objects-left.ts'
import type { Archive } from './operation.ts'

/** What `mergeAll` goes by. */
export interface MergeAllOptions extends MergeOptions {
  readonly maxMergedBytes: number
  readonly series: 'all' | 'new'
}

/** The index keeps under it how far all that came was looked at: a cursor of `all`. */
const name = 'merged-to'

/** Series that are known to have been looked at in this run, at most. */
const maxKnown = 10_000

/**
 * Merges one series after the other, in the order in which their instances came, and tells of each that had to be. In a storage
 * that is not read in runs there is none: there a pack spares writes alone, and what is written costs no more any longer.
 */
export async function* mergeAll(archive: Archive, options: MergeAllOptions): AsyncIterable<MergedSeries> {
  const { storage, index } = archive
  const { before, dryRun, signal, maxMergedBytes } = options
  const isResumed = options.series === 'new'
  if (storage.readsInRuns !== true || (isResumed && (await objectsLeftAt(index)) !== undefined)) return
  const known = new Set<string>()
  let left = maxMergedBytes
  let cursor = isResumed ? await index.fact(name) : undefined
  const keepCursor = async () => {
    if (isResumed && !dryRun && cursor !== undefined) await index.setFact(name, cursor, 'replace')
  }
  for await (const { cursor: reached, ...stored } of index.all(undefined, cursor)) {
    signal?.throwIfAborted()
    // What is young is looked at again by a later run, and with it all that came since.
    if (left <= 0 || (isResumed && stored.storedAt >= before)) break
    const merged = isMergeable(stored) && isNew(stored, known) ? await mergeSeries(stored, archive, options) : undefined
    cursor = reached
    if (merged === undefined || merged.instances === 0) continue
    left -= merged.bytes
    await keepCursor()
    yield merged
  }
  await keepCursor()
}

/** Whether it is the first of its series that is looked at, as far as that is known. */
function isNew({ partition, study, series }: StoredInstance, known: Set<string>): boolean {
  const name = `${partition}/${study}/${series}`
  if (known.has(name)) return false
  if (known.size >= maxKnown) known.clear()
  known.add(name)
  return true
}
