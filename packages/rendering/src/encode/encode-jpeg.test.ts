import { describe, expect, test } from '@jest/globals'
import sharp from 'sharp'
import { encodeJpeg } from './encode-jpeg.ts'

const [width, height] = [37, 21]

/** Slopes, which JPEG keeps well. */
const slopes = (channels: 1 | 3) => ({
  width,
  height,
  channels,
  data: Uint8Array.from(
    { length: width * height * channels },
    (_, i) => 40 + ((Math.floor(i / channels) % width) * 3 + (i % channels) * 30),
  ),
})

const decoded = async (jpeg: Uint8Array) => {
  const image = sharp(jpeg)
  const { channels, chromaSubsampling, width, height } = await image.metadata()
  const space = channels === 1 ? 'b-w' : 'srgb'
  return { channels, chromaSubsampling, width, height, data: await image.toColourspace(space).raw().toBuffer() }
}

describe('encodeJpeg', () => {
  test.each([
    [1, 90, '4:4:4'],
    [3, 90, '4:4:4'],
    [3, 89, '4:2:0'],
  ] as const)('%i channels at quality %i', async (channels, quality, chromaSubsampling) => {
    const raster = slopes(channels)
    const { data, ...facts } = await decoded(encodeJpeg(raster, quality))
    expect(facts).toEqual({ channels, chromaSubsampling, width, height })
    const worst = raster.data.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (data[i] as number))), 0)
    expect(worst).toBeLessThanOrEqual(6)
  })

  test('a picture keeps its bytes when the next one is made', () => {
    const first = encodeJpeg(slopes(1), 90)
    const copy = Buffer.from(first)
    encodeJpeg({ ...slopes(1), data: new Uint8Array(width * height) }, 90)
    expect(Buffer.from(first)).toEqual(copy)
    expect(first.buffer.byteLength).toBe(first.length)
  })
})
