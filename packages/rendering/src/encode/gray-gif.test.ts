import { describe, expect, test } from '@jest/globals'
import sharp from 'sharp'
import type { Raster } from '../pixels/raster.ts'
import { encodeGrayGif } from './gray-gif.ts'

const frame = (width: number, height: number, gray: (i: number) => number): Raster => ({
  width,
  height,
  channels: 1,
  data: Uint8Array.from({ length: width * height }, (_, i) => gray(i)),
})

/** The same on every run, and nothing repeats (Park and Miller). */
function noise(seed: number): (i: number) => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state >> 8
  }
}

describe('a gray GIF is read back exactly', () => {
  test.each<[string, Raster]>([
    ['one pixel', frame(1, 1, () => 200)],
    ['one gray', frame(300, 200, () => 7)],
    ['a ramp', frame(256, 100, (i) => i)],
    ['noise, which fills the table many times', frame(257, 131, noise(3))],
    ['noise of few grays', frame(400, 300, (i) => (noise(i + 1)(i) & 3) * 80)],
  ])('%s', async (_, raster) => {
    const { data, info } = await sharp(encodeGrayGif([raster], []))
      .extractChannel(0)
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject({ width: raster.width, height: raster.height })
    expect(Buffer.from(raster.data).equals(data)).toBe(true)
  })

  test('frames with their delays, for ever', async () => {
    const frames = [frame(20, 10, noise(1)), frame(20, 10, noise(2)), frame(20, 10, () => 0)]
    const bytes = encodeGrayGif(frames, [20, 104, 500])
    const { pages, delay, loop } = await sharp(bytes, { animated: true }).metadata()
    expect({ pages, delay, loop }).toEqual({ pages: 3, delay: [20, 100, 500], loop: 0 })
    const data = await sharp(bytes, { animated: true }).extractChannel(0).raw().toBuffer()
    expect(data.equals(Buffer.concat(frames.map((each) => each.data)))).toBe(true)
  })
})
