import type { Level } from '../adapters/query.ts'

/** From the top down. */
export const levels = ['study', 'series', 'instance'] as const satisfies readonly Level[]

/** The level and those above it, from the top down. */
export function levelsDownTo(level: Level): readonly Level[] {
  return levels.slice(0, levels.indexOf(level) + 1)
}
