import { describe, expect, test } from '@jest/globals'
import { expandSegments } from './segmented-palette.ts'

const expand = (words: readonly number[], count: number) => [...expandSegments(Uint16Array.from(words), count)]

describe('segments (PS3.3 §C.7.9.2)', () => {
  test('discrete, then linear from the last entry', () => {
    expect(expand([0, 2, 10, 20, 1, 4, 60], 6)).toEqual([10, 20, 30, 40, 50, 60])
  })

  test('indirect: segments at an offset in bytes once more', () => {
    // Two segments from the start: (0, 1, 0) and (1, 2, 8).
    expect(expand([0, 1, 0, 1, 2, 8, 2, 2, 0, 0], 6)).toEqual([0, 4, 8, 0, 4, 8])
  })

  test('bytes', () => {
    expect([...expandSegments(Uint8Array.of(0, 1, 100, 1, 2, 200), 3)]).toEqual([100, 150, 200])
  })

  test.each([
    ['nothing', []],
    ['half a segment', [1, 4]],
    ['an unknown opcode', [9, 1, 1]],
    ['a copy of itself', [2, 1, 0, 0]],
    ['a copy from beyond', [2, 1, 5000, 0]],
  ])('%s has no entries', (_, words) => {
    expect(expand(words, 4)).toEqual([])
  })

  test('no more entries than were promised', () => {
    expect(expand([0, 1, 0, 1, 60_000, 60_000], 3)).toEqual([0, 1, 2])
  })
})
