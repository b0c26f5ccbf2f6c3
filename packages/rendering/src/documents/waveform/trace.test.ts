import { expect, test } from '@jest/globals'
import { thin, tracePath } from './trace.ts'

const signal = (count: number, valueAt: (index: number) => number) => ({ count, valueAt })
const identity = (value: number) => value

test('what has room is kept as it is', () => {
  const { positions, values } = thin(
    signal(5, (i) => i * i),
    1,
    4,
    100,
  )
  expect(positions).toEqual([1, 2, 3])
  expect(values).toEqual([1, 4, 9])
})

test('a spike survives, and no column has more than two points', () => {
  const spike = 1_234_567
  const trace = thin(
    signal(2_000_000, (i) => (i === spike ? 100 : Math.sin(i))),
    0,
    2_000_000,
    500,
  )
  expect(trace.positions.length).toBeLessThanOrEqual(1000)
  expect(trace.maximum).toBe(100)
  expect(trace.positions[trace.values.indexOf(100)]).toBe(spike)
  expect(trace.positions).toEqual(trace.positions.toSorted((a, b) => a - b))
})

test('nothing is read beyond the end', () => {
  expect(thin(signal(3, identity), 1, 10, 100).positions).toEqual([1, 2])
  expect(thin(signal(3, identity), 5, 10, 100)).toEqual({ positions: [], values: [], minimum: 0, maximum: 0 })
})

test('what was not recorded breaks the line', () => {
  const trace = thin(
    signal(6, (i) => (i === 2 ? Number.NaN : i)),
    0,
    6,
    100,
  )
  expect(tracePath(trace, identity, identity)).toBe('M0 0L1 1M3 3L4 4L5 5')
  expect(trace.maximum).toBe(5)
})

test('a value that stands alone is seen', () => {
  const trace = thin(
    signal(3, (i) => (i === 1 ? 7 : Number.NaN)),
    0,
    3,
    100,
  )
  expect(tracePath(trace, identity, identity)).toBe('M1 7h0')
})
