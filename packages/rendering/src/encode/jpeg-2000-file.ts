import { encodeFrame } from '@sansfilm/codecs'
import type { Rendering } from '@sansfilm/core/adapters'
import { transferSyntaxes, type Uid } from '@sansfilm/dicom'
import type { ManagedRaster } from '../colour/manage-colours.ts'
import { jpeg2000MediaTypes } from './media-types.ts'

/** How a file of a media type, and the codestream in it, are written. */
const families: Readonly<
  Record<(typeof jpeg2000MediaTypes)[number], { readonly brand: string; readonly transferSyntax: Uid }>
> = {
  'image/jp2': { brand: 'jp2 ', transferSyntax: transferSyntaxes.JPEG2000.uid },
  'image/jph': { brand: 'jph ', transferSyntax: transferSyntaxes.HTJ2K.uid },
}

/**
 * An image as a JP2 or JPH file; `undefined` where the media type is another.
 * @param quality 1 to 100
 * @see ISO/IEC 15444-1 Annex I, ISO/IEC 15444-15 Annex D
 */
export async function encodeJpeg2000File(
  { raster, profile }: ManagedRaster,
  mediaType: string,
  quality: number,
): Promise<Rendering | undefined> {
  const known = jpeg2000MediaTypes.find((each) => each === mediaType)
  if (known === undefined) return undefined
  const family = families[known]
  const { width, height, channels, data } = raster
  const description = {
    rows: height,
    columns: width,
    samplesPerPixel: channels,
    photometricInterpretation: channels === 1 ? 'MONOCHROME2' : 'RGB',
    planarConfiguration: 0,
    bitsAllocated: 8,
    bitsStored: 8,
    highBit: 7,
    pixelRepresentation: 0,
    samples: 'integer',
  } as const
  const native = { transferSyntax: transferSyntaxes.ExplicitVRLittleEndian.uid, description, bytes: data }
  const { bytes } = await encodeFrame(native, family.transferSyntax, { quality })
  const file = [
    box('jP  ', Buffer.of(0x0d, 0x0a, 0x87, 0x0a)),
    box('ftyp', Buffer.from(`${family.brand}\0\0\0\0${family.brand}`, 'latin1')),
    box('jp2h', imageHeader(raster), colourSpecification(channels, profile)),
    box('jp2c', bytes),
  ]
  return { mediaType, bytes: Buffer.concat(file) }
}

/** Components of 8 bits, unsigned; compression type 7 is the only one. */
function imageHeader({ width, height, channels }: ManagedRaster['raster']): Buffer {
  const content = Buffer.alloc(14)
  content.writeUInt32BE(height, 0)
  content.writeUInt32BE(width, 4)
  content.writeUInt16BE(channels, 8)
  content.writeUInt8(7, 10)
  content.writeUInt8(7, 11)
  return box('ihdr', content)
}

/** An enumerated colour space, or a profile: restricted to primaries and curves, or any (PS3.18 §8.3.5.1.5). */
function colourSpecification(channels: 1 | 3, profile: Uint8Array | undefined): Buffer {
  if (profile === undefined) return box('colr', Buffer.of(1, 0, 0, 0, 0, 0, channels === 1 ? 17 : 16))
  const isRestricted = !Buffer.from(profile).includes('A2B0')
  return box('colr', Buffer.of(isRestricted ? 2 : 3, 0, 0), profile)
}

function box(type: string, ...contents: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(8)
  header.writeUInt32BE(
    contents.reduce((length, content) => length + content.length, header.length),
    0,
  )
  header.write(type, 4, 'latin1')
  return Buffer.concat([header, ...contents])
}
