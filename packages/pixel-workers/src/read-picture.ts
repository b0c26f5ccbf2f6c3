import { AdapterError, type Picture } from '@sansfilm/core/adapters'
import sharp from 'sharp'

/** What is asked of `readPicture`; can be posted to another thread. */
export interface PictureRequest {
  readonly picture: Uint8Array
  readonly maxBytes: number
}

/** @throws AdapterError `damaged`, `unsupported` as `PictureReader.read` */
export async function readPicture({ picture, maxBytes }: PictureRequest): Promise<Picture> {
  const { width, height, frames, isGray, isDeep } = await describe(picture)
  const samplesPerPixel = isGray ? 1 : 3
  const bitsAllocated = isDeep ? 16 : 8
  if (width * height * frames * samplesPerPixel * (bitsAllocated / 8) > maxBytes)
    throw new AdapterError('unsupported', 'The picture has more samples than are taken')
  const image = sharp(picture, { pages: -1, limitInputPixels: false, failOn: 'error' }).removeAlpha()
  const inColours = image.toColourspace(isGray ? (isDeep ? 'grey16' : 'b-w') : isDeep ? 'rgb16' : 'srgb')
  try {
    const bytes = await inColours.raw({ depth: isDeep ? 'ushort' : 'uchar' }).toBuffer()
    return {
      description: {
        rows: height,
        columns: width,
        samplesPerPixel,
        photometricInterpretation: isGray ? 'MONOCHROME2' : 'RGB',
        planarConfiguration: 0,
        bitsAllocated,
        bitsStored: bitsAllocated,
        highBit: bitsAllocated - 1,
        pixelRepresentation: 0,
        samples: 'integer',
      },
      frames,
      bytes,
    }
  } catch (cause) {
    throw new AdapterError('damaged', 'The picture cannot be decoded', { cause })
  }
}

async function describe(picture: Uint8Array) {
  try {
    const {
      format,
      width,
      height,
      pages = 1,
      pageHeight,
      space,
      depth,
    } = await sharp(picture, { pages: -1 }).metadata()
    if (format !== 'png' && format !== 'gif') throw new Error(`a ${format}`)
    return {
      width,
      height: pageHeight ?? height,
      frames: pages,
      isGray: space === 'b-w' || space === 'grey16',
      isDeep: depth === 'ushort',
    }
  } catch (cause) {
    throw new AdapterError('damaged', 'It is neither a PNG nor a GIF', { cause })
  }
}
