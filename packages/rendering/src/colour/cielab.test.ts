import { expect, test } from '@jest/globals'
import { rgbOfCielab } from './cielab.ts'

/** L* from 0 to 100, a* and b* from -128 to 127, as PS3.3 §C.10.7.1.1 stores them. */
const stored = (l: number, a: number, b: number) => [
  Math.round((l / 100) * 65_535),
  Math.round(((a + 128) / 255) * 65_535),
  Math.round(((b + 128) / 255) * 65_535),
]

// CIELab of D50 by the published colours of sRGB.
test.each([
  ['black', [0, 0, 0], [0, 0, 0]],
  ['white', [100, 0, 0], [255, 255, 255]],
  ['gray', [53.585, 0, 0], [128, 128, 128]],
  ['red', [54.29, 80.8, 69.89], [255, 0, 0]],
  ['green', [87.82, -79.27, 80.99], [0, 255, 0]],
  ['blue', [29.57, 68.3, -112.03], [0, 0, 255]],
] as const)('%s', (_, [l, a, b], expected) => {
  const found = rgbOfCielab(stored(l, a, b)) ?? []
  for (const [i, channel] of expected.entries()) expect(Math.abs((found[i] as number) - channel)).toBeLessThanOrEqual(3)
})

test.each([[[]], [[1, 2]]])('%j is no colour', (values) => {
  expect(rgbOfCielab(values)).toBeUndefined()
})
