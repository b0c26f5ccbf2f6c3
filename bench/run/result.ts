import type { Key } from '../keys/key.ts'
import { median } from '../measure/statistics.ts'
import type { ServerName } from '../servers/server.ts'

/** One repetition on one server. */
export interface Repetition {
  readonly value: number
  /** Others used no more CPU meanwhile than a measurement bears. */
  readonly calm: boolean
  /** CPU of others, in cores. */
  readonly others: number
  readonly busiest: string
  /** Megabytes of the server's processes at their most, and before. */
  readonly peakMegabytes: number
  readonly idleMegabytes: number
}

export interface ServerResult {
  readonly repetitions: readonly Repetition[]
  /** Why there are none, or not all. */
  readonly failure?: string
}

export interface KeyResult extends Pick<Key, 'name' | 'measures' | 'unit' | 'better' | 'targets'> {
  readonly servers: { readonly [Name in ServerName]?: ServerResult }
  /** That measuring it took, with all around it. */
  readonly seconds: number
  /** Why it was not measured at all. */
  readonly failure?: string
  /** How the servers' answers differ, where they do. */
  readonly unequal?: string
}

/** What counts of a server's repetitions. */
export interface Figure {
  readonly value: number
  readonly least: number
  readonly most: number
  /** All counted repetitions were calm. */
  readonly calm: boolean
  /** Megabytes of peak memory above idle. */
  readonly memory: number
}

/** Median and range of the calm repetitions; of all where none was calm. */
export function figureOf(result: ServerResult | undefined): Figure | undefined {
  const all = result?.repetitions ?? []
  const calm = all.filter((repetition) => repetition.calm)
  const counted = calm.length > 0 ? calm : all
  if (counted.length === 0) return undefined
  const values = counted.map(({ value }) => value)
  return {
    value: median(values),
    least: Math.min(...values),
    most: Math.max(...values),
    calm: calm.length > 0,
    memory: Math.max(...counted.map(({ peakMegabytes, idleMegabytes }) => peakMegabytes - idleMegabytes)),
  }
}
