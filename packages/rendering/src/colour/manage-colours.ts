import type { RenderParameters } from '@sansfilm/core/adapters'
import sharp from 'sharp'
import { type Raster, toRgb } from '../pixels/raster.ts'
import { convertRgb, rgbSpaces } from './rgb-space.ts'
import { tiffWithProfile } from './tiff-with-profile.ts'
import { writeProfile } from './write-profile.ts'

/** A picture, and the ICC profile that its colours are to be understood by. */
export interface ManagedRaster {
  readonly raster: Raster
  readonly profile?: Uint8Array
}

/**
 * The picture in the colour space that is asked for, with its profile. Grays, and colours without a profile, are taken for
 * sRGB. Without the parameter, colours stay as they are and have no profile.
 * @param source the profile of the picture
 * @see PS3.18 §8.3.5.1.5
 */
export async function manageColours(
  raster: Raster,
  source: Uint8Array | undefined,
  iccprofile: RenderParameters['iccprofile'] = 'no',
): Promise<ManagedRaster> {
  if (iccprofile === 'no') return { raster }
  const rgb = toRgb(raster)
  const own = raster.channels === 3 ? source : undefined
  if (iccprofile === 'yes') return { raster: rgb, profile: own ?? writeProfile(rgbSpaces.srgb) }
  const space = rgbSpaces[iccprofile]
  const profile = writeProfile(space)
  if (own === undefined) {
    const isThere = iccprofile === 'srgb'
    return { raster: isThere ? rgb : { ...rgb, data: convertRgb(rgb.data, 255, rgbSpaces.srgb, space) }, profile }
  }
  if (iccprofile === 'srgb') return { raster: { ...rgb, data: await toSrgb(rgb, own) }, profile }
  // The wider spaces are reached through 16 bits of the widest space that libvips converts to.
  return {
    raster: { ...rgb, data: convertRgb(await toDisplayP3(rgb, own), 65_535, rgbSpaces.displayP3, space) },
    profile,
  }
}

function toSrgb(raster: Raster, profile: Uint8Array): Promise<Uint8Array> {
  return sharp(tiffWithProfile(raster, raster.data, profile), { limitInputPixels: false })
    .raw()
    .toBuffer()
}

async function toDisplayP3(raster: Raster, profile: Uint8Array): Promise<Uint16Array> {
  const wide = Uint16Array.from(raster.data, (sample) => sample * 257)
  const data = await sharp(tiffWithProfile(raster, wide, profile), { limitInputPixels: false })
    .toColourspace('rgb16')
    .raw({ depth: 'ushort' })
    .toBuffer()
  return new Uint16Array(new Uint8Array(data).buffer)
}
