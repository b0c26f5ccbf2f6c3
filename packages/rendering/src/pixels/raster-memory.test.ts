import { describe, expect, test } from '@jest/globals'
import { reuseRaster, takeRaster } from './raster-memory.ts'

describe('the memory of rasters', () => {
  test('is used again once it was given back, for pictures of that size', () => {
    const [a, b] = [takeRaster(12), takeRaster(12)]
    expect(a).not.toBe(b)
    reuseRaster(a)
    expect(takeRaster(13)).not.toBe(a)
    expect(takeRaster(12)).toBe(a)
    expect(takeRaster(12)).not.toBe(a)
  })

  test('what was not taken, or is given back twice, is let be', () => {
    const own = new Uint8Array(14)
    reuseRaster(own)
    expect(takeRaster(14)).not.toBe(own)
    const taken = takeRaster(14)
    reuseRaster(taken)
    reuseRaster(taken)
    expect(takeRaster(14)).not.toBe(takeRaster(14))
  })

  test('is kept within a bound', () => {
    const MiB = 1024 * 1024
    const taken = [takeRaster(9 * MiB), takeRaster(10 * MiB)] as const
    for (const memory of taken) reuseRaster(memory)
    expect(takeRaster(9 * MiB)).not.toBe(taken[0])
    expect(takeRaster(10 * MiB)).toBe(taken[1])
  })
})
