import { hundredths } from './drawing.ts'
import type { Signal } from './multiplex-group.ts'

/** A stretch of a signal, thinned to what a picture shows: never more than two points for each of its columns. */
export interface Trace {
  /** Sample numbers, ascending. */
  readonly positions: readonly number[]
  /** `NaN` where the line is broken. */
  readonly values: readonly number[]
  /** Of the values; 0 and 0 where there are none. */
  readonly minimum: number
  readonly maximum: number
}

/**
 * Samples `from` up to before `to`. Where there are more than the columns can show, each column keeps its smallest and
 * largest, in their order: no spike is lost, and a day costs what its pixels cost.
 */
export function thin(signal: Signal, from: number, to: number, columns: number): Trace {
  const end = Math.min(to, signal.count)
  const positions: number[] = []
  const values: number[] = []
  let minimum = Number.POSITIVE_INFINITY
  let maximum = Number.NEGATIVE_INFINITY
  const add = (position: number, value: number) => {
    positions.push(position)
    values.push(value)
    if (value < minimum) minimum = value
    if (value > maximum) maximum = value
  }
  const perColumn = Math.max(1, (end - from) / columns)
  for (let start = from; start < end; start += perColumn) {
    const first = Math.ceil(start)
    const last = Math.min(Math.ceil(start + perColumn), end)
    let low = -1
    let high = -1
    let lowest = Number.NaN
    let highest = Number.NaN
    for (let i = first; i < last; i++) {
      const value = signal.valueAt(i)
      if (Number.isNaN(value)) continue
      if (!(value >= lowest)) [low, lowest] = [i, value]
      if (!(value <= highest)) [high, highest] = [i, value]
    }
    if (low < 0) {
      if (first < last) add(first, Number.NaN)
    } else if (low === high) {
      add(low, lowest)
    } else if (low < high) {
      add(low, lowest)
      add(high, highest)
    } else {
      add(high, highest)
      add(low, lowest)
    }
  }
  const isEmpty = maximum < minimum
  return { positions, values, minimum: isEmpty ? 0 : minimum, maximum: isEmpty ? 0 : maximum }
}

/** The path of a trace; a value that stands alone is a dot. */
export function tracePath(
  { positions, values }: Trace,
  x: (position: number) => number,
  y: (value: number) => number,
): string {
  let path = ''
  let isOpen = false
  for (let i = 0; i < positions.length; i++) {
    const value = values[i] ?? Number.NaN
    if (Number.isNaN(value)) {
      isOpen = false
      continue
    }
    const point = `${hundredths(x(positions[i] ?? 0))} ${hundredths(y(value))}`
    if (isOpen) path += `L${point}`
    else path += `M${point}${Number.isNaN(values[i + 1] ?? Number.NaN) ? 'h0' : ''}`
    isOpen = true
  }
  return path
}
