import type { Partition, Query } from '@sansfilm/core/adapters'
import type { Probe } from './compile-condition.ts'
import { type CompiledQuery, compileCandidates } from './compile-query.ts'
import type { Start } from './dialect.ts'
import type { ReadRows, SearchSource } from './search-source.ts'

type Few = Exclude<Start, 'in order'>

/** Looks how many rows each key leaves, no further than is worth it; and what the visible groups leave together. */
export async function chooseStart(
  { read, dialect: { maxCandidates } }: SearchSource,
  { partition, study }: Query,
  { probes, groups }: CompiledQuery,
): Promise<Start> {
  if (study !== undefined || (probes.length === 0 && groups.length === 0)) return 'in order'
  return read(async (rows) => {
    const [ofKeys, ...ofGroups] = await Promise.all(
      [probes, ...groups].map((group) => fewestRows(rows, partition, group, maxCandidates)),
    )
    const known = ofGroups.filter((start) => start !== undefined)
    if (groups.length === 0 || known.length < groups.length) return ofKeys ?? 'in order'
    const ids = [...new Set(known.flatMap((start) => start.ids))]
    return ids.length <= (ofKeys?.ids.length ?? maxCandidates) ? { level: 'study', ids } : (ofKeys ?? 'in order')
  })
}

/** The first look ends here: most searches have a key that leaves fewer. */
const firstLook = 64

/** The rows of the probe that leaves the fewest; `undefined` where all leave too many. */
async function fewestRows(
  rows: ReadRows,
  partition: Partition,
  probes: readonly Probe[],
  maxCandidates: number,
): Promise<Few | undefined> {
  return (
    (await fewestOf(rows, partition, probes, firstLook)) ?? (await fewestOf(rows, partition, probes, maxCandidates))
  )
}

async function fewestOf(
  rows: ReadRows,
  partition: Partition,
  probes: readonly Probe[],
  most: number,
): Promise<Few | undefined> {
  const starts = await Promise.all(
    probes.map(async (probe): Promise<readonly Few[]> => {
      const candidates = compileCandidates(probe, partition)
      if (candidates === undefined) return []
      const { sql, parameters } = candidates
      const found = await rows<{ readonly id: number }>({ sql, parameters: [...parameters, most + 1] })
      return found.length > most ? [] : [{ level: probe.level, ids: [...new Set(found.map(({ id }) => id))] }]
    }),
  )
  return starts.flat().toSorted((left, right) => left.ids.length - right.ids.length)[0]
}
