import { describe, expect, test } from '@jest/globals'
import { type Dataset, tags } from '@sansfilm/dicom'
import { scopeOf } from '../loaded-values.ts'
import { rangeTransform, voiTransformOf, windowTransform } from './voi-transform.ts'

const scope = (dataset: Dataset) => scopeOf({ dataset, bulkData: new Map() })
const window = (center: number, width: number, shape = 'LINEAR'): Dataset => ({
  [tags.WindowCenter]: { vr: 'DS', Value: [center] },
  [tags.WindowWidth]: { vr: 'DS', Value: [width] },
  [tags.VOILUTFunction]: { vr: 'CS', Value: [shape] },
})

describe('a window is a function (PS3.3 §C.11.2.1.2, §C.11.2.1.3)', () => {
  // The notes of §C.11.2.1.2 work these out: c=2048, w=4096 is y = x * 255/4095; c=2048, w=1 is a threshold at 2047.5.
  test.each([
    [0, 0],
    [2048, 2048 / 4095],
    [4095, 1],
    [5000, 1],
    [-1, 0],
  ])('LINEAR, center 2048, width 4096: %d', (value, expected) => {
    expect(windowTransform({ center: 2048, width: 4096, shape: 'linear' })(value)).toBeCloseTo(expected, 12)
  })

  test('LINEAR of width 1 is a threshold', () => {
    const transform = windowTransform({ center: 2048, width: 1, shape: 'linear' })
    expect([transform(2047), transform(2047.5), transform(2048)]).toEqual([0, 0, 1])
  })

  test('LINEAR_EXACT, center 0, width 100', () => {
    const transform = windowTransform({ center: 0, width: 100, shape: 'linear-exact' })
    expect([-50, -25, 0, 25, 50, 51].map(transform)).toEqual([0, 0.25, 0.5, 0.75, 1, 1])
  })

  test('SIGMOID, center 0, width 100', () => {
    const transform = windowTransform({ center: 0, width: 100, shape: 'sigmoid' })
    expect(transform(0)).toBe(0.5)
    expect(transform(25)).toBeCloseTo(1 / (1 + Math.exp(-1)), 12)
    expect(transform(-1e9)).toBe(0)
  })

  test('LINEAR narrower than 1 is taken for exact', () => {
    expect(windowTransform({ center: 0.1, width: 0.2, shape: 'linear' })(0.15)).toBeCloseTo(0.75, 12)
  })
})

describe('what an instance names', () => {
  test('the first window that has a width', () => {
    const dataset: Dataset = {
      [tags.WindowCenter]: { vr: 'DS', Value: [1, 0, 7] },
      [tags.WindowWidth]: { vr: 'DS', Value: [0, 101, 9] },
    }
    expect(voiTransformOf(scope(dataset), 1, false)?.(49.5)).toBe(1)
  })

  test.each([
    ['no window', {}],
    ['an empty window', { [tags.WindowCenter]: { vr: 'DS' }, [tags.WindowWidth]: { vr: 'DS' } }],
    ['a window without width', { [tags.WindowCenter]: { vr: 'DS', Value: [1] } }],
    ['a window of width 0', window(1, 0)],
    ['a window that is no number', { [tags.WindowCenter]: { vr: 'DS', Value: ['x'] } }],
    ['a VOI LUT without data', { [tags.VOILUTSequence]: { vr: 'SQ', Value: [{}] } }],
  ] as const)('%s is none', (_, dataset) => {
    expect(voiTransformOf(scope(dataset as Dataset), 1, false)).toBeUndefined()
  })

  test('the VOI LUT before the window, clamped to its ends', () => {
    const lut: Dataset = {
      [tags.LUTDescriptor]: { vr: 'US', Value: [3, 10, 8] },
      [tags.LUTData]: { vr: 'US', Value: [0, 51, 255] },
    }
    const dataset = { ...window(0, 1), [tags.VOILUTSequence]: { vr: 'SQ', Value: [lut] } } as const
    const transform = voiTransformOf(scope(dataset), 1, false)
    expect([5, 10, 11, 12, 99].map((value) => transform?.(value))).toEqual([0, 0, 0.2, 1, 1])
  })

  test('of the frame before that of all frames', () => {
    const group = (center: number): Dataset => ({
      [tags.FrameVOILUTSequence]: { vr: 'SQ', Value: [window(center, 2, 'LINEAR_EXACT')] },
    })
    const dataset: Dataset = {
      [tags.SharedFunctionalGroupsSequence]: { vr: 'SQ', Value: [group(100)] },
      [tags.PerFrameFunctionalGroupsSequence]: { vr: 'SQ', Value: [{}, group(10)] },
    }
    expect(voiTransformOf(scope(dataset), 1, false)?.(100)).toBe(0.5)
    expect(voiTransformOf(scope(dataset), 2, false)?.(10)).toBe(0.5)
  })
})

test('a range of one value is black', () => {
  expect(rangeTransform(7, 7)(7)).toBe(0)
})
