import type { InstanceIndex } from '@sansfilm/core'
import { postgresIndex } from '@sansfilm/index-postgres'
import { sqliteIndex } from '@sansfilm/index-sqlite'
import { recordMaker } from './made-record.ts'

/** Whether an index lies in a database elsewhere, rather than in a file of this process. */
export function isElsewhere(place: string): boolean {
  return /^postgres(ql)?:/.test(place)
}

/** Opens the index in a file or at a URL of PostgreSQL. */
export async function openIndex(place: string): Promise<InstanceIndex> {
  return isElsewhere(place) ? postgresIndex({ url: place, connections: 16 }) : sqliteIndex({ file: place })
}

const atOnce = 256

/** Adds the first instance of every series of the studies from one number to before another. @returns adds per second */
export async function fillIndex(index: InstanceIndex, from: number, to: number, series: number): Promise<number> {
  const make = await recordMaker()
  const began = performance.now()
  for (let first = from; first < to; first += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, to - first) }, (_, i) => first + i)
    for (let n = 0; n < series; n++) {
      await Promise.all(numbers.map((study) => index.add(make(study, n, 0), 'refuse')))
    }
  }
  return Math.round(((to - from) * series * 1_000) / (performance.now() - began))
}
