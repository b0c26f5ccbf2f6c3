import { defaultPartition, statistics } from '@sansfilm/core'
import type { ArchiveConfig } from '../config.ts'
import { formatBytes, formatCount } from '../import/format-amounts.ts'
import { runOperation } from './run-operation.ts'

/** `sansfilm stats`: a table of what the archive holds. */
export async function runStats(config: ArchiveConfig): Promise<number> {
  return await runOperation(config, async ({ archive, signal, show }) => {
    const { total, stored } = await statistics(archive, {
      partitions: [defaultPartition],
      countObjects: true,
      signal,
      onProgress: ({ objects }) => show(() => `Counted ${formatCount(objects)} objects`),
    })
    const rows: [string, string][] = [
      ['Studies', formatCount(total.studies)],
      ['Series', formatCount(total.series)],
      ['Instances', formatCount(total.instances)],
      ['Size of instances', formatBytes(total.bytes)],
    ]
    if (stored !== undefined) {
      rows.push(['Objects on disk', formatCount(stored.objects)], ['Size on disk', formatBytes(stored.bytes)])
    }
    const [names, values] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column as 0 | 1].length)))
    for (const [name, value] of rows) console.log(`${name.padEnd(names ?? 0)}  ${value.padStart(values ?? 0)}`)
    return 0
  })
}
