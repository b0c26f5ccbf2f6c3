import { describe, expect, test } from '@jest/globals'
import sharp from 'sharp'
import { encodeImage } from '../encode/encode-image.ts'
import type { Raster } from '../pixels/raster.ts'
import { manageColours } from './manage-colours.ts'
import { rgbSpaces } from './rgb-space.ts'
import { tiffWithProfile } from './tiff-with-profile.ts'
import { writeProfile } from './write-profile.ts'

/** Muted colours, which every space has. */
const picture: Raster = {
  width: 8,
  height: 8,
  channels: 3,
  data: Uint8Array.from({ length: 192 }, (_, i) => 60 + ((i * 37) % 120)),
}
const p3 = writeProfile(rgbSpaces.displayP3)

/** What LittleCMS takes a picture for, in sRGB. */
async function inSrgb(raster: Raster, profile: Uint8Array): Promise<Uint8Array> {
  return sharp(tiffWithProfile(raster, raster.data, profile))
    .raw()
    .toBuffer()
}

function furthest(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (b[i] as number))), 0)
}

describe('the iccprofile parameter (PS3.18 §8.3.5.1.5)', () => {
  test('no: as it is, without a profile', async () => {
    expect(await manageColours(picture, p3, 'no')).toEqual({ raster: picture })
    expect(await manageColours(picture, p3)).toEqual({ raster: picture })
  })

  test('yes: as it is, with its own profile', async () => {
    expect(await manageColours(picture, p3, 'yes')).toEqual({ raster: picture, profile: p3 })
  })

  test.each(['srgb', 'adobergb', 'rommrgb'] as const)('%s: the same colours to LittleCMS', async (name) => {
    const { raster, profile = new Uint8Array() } = await manageColours(picture, p3, name)
    expect(furthest(raster.data, picture.data)).toBeGreaterThan(3)
    // A step of eight bits is up to three of sRGB's in the widest space.
    expect(furthest(await inSrgb(raster, profile), await inSrgb(picture, p3))).toBeLessThanOrEqual(3)
  })

  test.each(['srgb', 'adobergb', 'rommrgb'] as const)('%s of colours without a profile: sRGB', async (name) => {
    const { raster, profile = new Uint8Array() } = await manageColours(picture, undefined, name)
    expect(furthest(await inSrgb(raster, profile), picture.data)).toBeLessThanOrEqual(2)
  })

  test('grays become RGB', async () => {
    const gray: Raster = { width: 1, height: 1, channels: 1, data: Uint8Array.of(77) }
    expect((await manageColours(gray, undefined, 'yes')).raster.channels).toBe(3)
  })
})

test.each(['image/jpeg', 'image/png', 'image/webp'])('%s carries the profile byte for byte', async (mediaType) => {
  const { bytes } = await encodeImage({ raster: picture, profile: p3 }, mediaType)
  expect((await sharp(bytes).metadata()).icc?.equals(p3)).toBe(true)
})

test('PNG with a profile keeps its pixels', async () => {
  const { bytes } = await encodeImage({ raster: picture, profile: p3 }, 'image/png')
  expect([...(await sharp(bytes, { ignoreIcc: true }).raw().toBuffer())]).toEqual([...picture.data])
})

test('image/gif cannot carry one', async () => {
  await expect(encodeImage({ raster: picture, profile: p3 }, 'image/gif')).rejects.toMatchObject({
    code: 'unsupported',
  })
})
