import { type Dataset, numberOf, tags } from '@sansfilm/dicom'
import { numbersOf } from '../loaded-values.ts'

/** Browsers take shorter delays for a mistake, and wait 100 ms. */
const shortestDelay = 20
const longestDelay = 10_000
/** Where nothing is said: ten frames a second. */
const defaultDelay = 100

/**
 * Milliseconds that each of `frames` (from 1) is shown.
 * @see PS3.3 §C.7.6.5
 */
export function frameDelaysOf(dataset: Dataset, frames: readonly number[]): readonly number[] {
  // The increment of frame n is the time since the one before it; the first is 0.
  const increments = numbersOf(dataset, tags.FrameTimeVector)
  const rate = numberOf(dataset, tags.RecommendedDisplayFrameRate) ?? numberOf(dataset, tags.CineRate)
  const regular = rate !== undefined && rate > 0 ? 1000 / rate : (numberOf(dataset, tags.FrameTime) ?? defaultDelay)
  return frames.map((frame) => bounded(increments[frame] ?? regular))
}

function bounded(delay: number): number {
  return delay > 0 ? Math.round(Math.min(Math.max(delay, shortestDelay), longestDelay)) : defaultDelay
}
