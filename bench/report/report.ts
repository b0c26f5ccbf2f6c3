import type { Sizes } from '../archives/sizes.ts'
import type { KeyResult } from '../run/result.ts'
import type { Machine } from './machine.ts'

/** All there is to say of a run; what `--json` writes. */
export interface Report {
  readonly date: string
  readonly quick: boolean
  readonly machine: Machine
  readonly versions: readonly string[]
  /** Servers and keys that were not measured, and why. */
  readonly missing: readonly string[]
  readonly sizes: Sizes
  readonly results: readonly KeyResult[]
}

/** Repetitions that were dropped because others used the CPU, and all. */
export function countDisturbed(results: readonly KeyResult[]): { readonly disturbed: number; readonly all: number } {
  const all = results.flatMap(({ servers }) => Object.values(servers).flatMap(({ repetitions }) => repetitions))
  return { disturbed: all.filter(({ calm }) => !calm).length, all: all.length }
}
