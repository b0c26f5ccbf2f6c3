import type { ArchiveStatistics, Partition } from '../adapters/index.ts'
import type { Archive, OperationOptions } from './operation.ts'

/** Options of `statistics`. */
export interface StatisticsOptions extends OperationOptions<StoredObjects> {
  readonly partitions: readonly Partition[]
  /** Counts the objects in storage too, one by one. */
  readonly countObjects?: boolean | undefined
}

/** What storage holds, whether an instance refers to it or not. */
export interface StoredObjects {
  readonly objects: number
  readonly bytes: number
}

/** What an archive holds. */
export interface StatisticsReport {
  readonly total: ArchiveStatistics
  readonly partitions: ReadonlyMap<Partition, ArchiveStatistics>
  /** With `countObjects`. More than the instances' bytes are those that `sweep` would remove when they are old enough. */
  readonly stored: StoredObjects | undefined
}

/**
 * Counts what an archive holds.
 * @example const { total } = await statistics({ storage, index }, { partitions: ['default'] })
 */
export async function statistics(archive: Archive, options: StatisticsOptions): Promise<StatisticsReport> {
  const partitions = new Map<Partition, ArchiveStatistics>()
  let total: ArchiveStatistics = { studies: 0, series: 0, instances: 0, bytes: 0 }
  for (const partition of options.partitions) {
    options.signal?.throwIfAborted()
    const counted = await archive.index.statistics(partition)
    partitions.set(partition, counted)
    total = {
      studies: total.studies + counted.studies,
      series: total.series + counted.series,
      instances: total.instances + counted.instances,
      bytes: total.bytes + counted.bytes,
    }
  }
  return { total, partitions, stored: options.countObjects ? await countObjects(archive, options) : undefined }
}

async function countObjects({ storage }: Archive, { signal, onProgress }: StatisticsOptions): Promise<StoredObjects> {
  let counted: StoredObjects = { objects: 0, bytes: 0 }
  for await (const { length } of storage.list()) {
    signal?.throwIfAborted()
    counted = { objects: counted.objects + 1, bytes: counted.bytes + length }
    onProgress?.(counted)
  }
  return counted
}
