import { AdapterError, type Rendering } from '@sansfilm/core/adapters'
import sharp, { type Sharp } from 'sharp'
import type { ManagedRaster } from '../colour/manage-colours.ts'
import { tiffWithProfile } from '../colour/tiff-with-profile.ts'
import type { Raster } from '../pixels/raster.ts'
import { encodeJpeg } from './encode-jpeg.ts'
import { encodeGrayGif } from './gray-gif.ts'
import { encodeJpeg2000File } from './jpeg-2000-file.ts'

// Frames are rendered side by side on worker threads; within one image more threads cost more than they give. Every
// picture is another one, so what libvips keeps of the last is of no use.
sharp.concurrency(1)
sharp.cache(false)

/** Pixels of the longest side that a format can say, where it has such a limit that a picture may reach. */
const longestSides: Readonly<Record<string, number>> = {
  'image/jpeg': 65_535,
  'image/gif': 65_535,
  'image/webp': 16_383,
}

/** Of lossy media types where no quality is asked for. */
const defaultQuality = 90

/** One image in a media type, with the profile of its colours where it has one. */
export async function encodeImage(
  { raster, profile }: ManagedRaster,
  mediaType: string,
  quality = defaultQuality,
): Promise<Rendering> {
  if (profile !== undefined && mediaType === 'image/gif') {
    throw new AdapterError('unsupported', 'image/gif carries no ICC profile')
  }
  const jpeg2000 = await encodeJpeg2000File({ raster, ...(profile && { profile }) }, mediaType, quality)
  if (jpeg2000 !== undefined) return jpeg2000
  const { data, width, height, channels } = raster
  if (mediaType === 'image/gif' && channels === 1) return { mediaType, bytes: encodeGrayGif([raster], []) }
  if (mediaType === 'image/jpeg' && profile === undefined) return { mediaType, bytes: encodeJpeg(raster, quality) }
  const image =
    profile === undefined
      ? inChannels(sharp(data, { raw: { width, height, channels }, limitInputPixels: false }), channels) // bounded by the caller
      : sharp(tiffWithProfile(raster, data, profile), { ignoreIcc: true, limitInputPixels: false }).keepIccProfile()
  return { mediaType, bytes: await inFormat(image, mediaType, quality).toBuffer() }
}

/**
 * Frames one after the other, for ever.
 * @param frames rasters of one size
 * @param delays milliseconds that each is shown
 */
export async function encodeAnimation(
  frames: readonly Raster[],
  delays: readonly number[],
  mediaType: string,
  quality = defaultQuality,
): Promise<Rendering> {
  const [first] = frames
  if (first === undefined) throw new AdapterError('damaged', 'there is no frame to draw')
  const { width, height, channels } = first
  if (mediaType === 'image/gif' && channels === 1) return { mediaType, bytes: encodeGrayGif(frames, delays) }
  const stacked = new Uint8Array(frames.length * first.data.length)
  for (const [i, frame] of frames.entries()) stacked.set(frame.data, i * first.data.length)
  const raw = { width, height: height * frames.length, channels, pageHeight: height }
  const image = sharp(stacked, { raw, limitInputPixels: false }) // bounded by the caller
  return { mediaType, bytes: await inFormat(image, mediaType, quality, [...delays]).toBuffer() }
}

/** Gray images stay so: without being told, libvips makes three channels of one. */
function inChannels(image: Sharp, channels: 1 | 3): Sharp {
  return channels === 1 ? image.toColourspace('b-w') : image
}

/** @throws AdapterError `unsupported` where an image is too long for a media type */
export function checkSides(width: number, height: number, mediaType: string): void {
  const longest = longestSides[mediaType] ?? Number.POSITIVE_INFINITY
  if (Math.max(width, height) <= longest) return
  throw new AdapterError('unsupported', `${mediaType} holds at most ${longest} pixels a side`)
}

function inFormat(image: Sharp, mediaType: string, quality: number, delay?: number[]): Sharp {
  const animation = delay === undefined ? {} : { delay, loop: 0 }
  switch (mediaType) {
    case 'image/jpeg':
      // With a profile alone. At high quality colours are kept pixel by pixel; two passes for better tables would cost twice the time.
      return image.jpeg({ quality, optimiseCoding: false, chromaSubsampling: quality >= 90 ? '4:4:4' : '4:2:0' })
    case 'image/png':
      return image.png({ compressionLevel: 3 })
    case 'image/gif':
      return image.gif({ ...animation, effort: 1 })
    case 'image/webp':
      return image.webp({ ...animation, quality, effort: 1 })
    default:
      throw new AdapterError('unsupported', `images are not written as ${mediaType}`)
  }
}
