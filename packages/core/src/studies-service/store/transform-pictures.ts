import {
  type Attribute,
  type ByteSource,
  type Dataset,
  numberOf,
  numberOfFramesOf,
  type PixelDescription,
  pixelDescriptionOf,
  stringOf,
  tags,
} from '@sansfilm/dicom'
import { AdapterError, type Picture, type PictureReader } from '../../adapters/index.ts'
import { InstanceRefusal } from './failure-reason.ts'
import type { Spool, SpooledPart } from './spool.ts'

/** Pixel data that was transformed, and the attributes that describe it. */
export interface TransformedPictures {
  readonly derived: Dataset
  readonly pixels: ByteSource
}

/**
 * Transforms pictures that no transfer syntax holds into native samples: one part an image or animation, or one a frame.
 * Metadata may leave out the Image Pixel Description; what it says must be so.
 * @param maxBytes of the samples of all pictures together
 * @throws InstanceRefusal
 * @see PS3.18 §10.5.2, Table 10.5.2-1 ("Transform")
 */
export async function transformPictures(
  dataset: Dataset,
  parts: readonly SpooledPart[],
  spool: Spool,
  reader: PictureReader,
  maxBytes: number,
): Promise<TransformedPictures> {
  const pictures: Picture[] = []
  let left = maxBytes
  for (const part of parts) {
    if (part.length > left) throw tooLarge(maxBytes)
    const picture = await readPicture(await spool.head(part, part.length), reader, left, maxBytes)
    left -= picture.bytes.length
    pictures.push(picture)
  }
  const [first] = pictures
  if (first === undefined) throw new InstanceRefusal('bulkDataMissing')
  if (pictures.some(({ description }) => JSON.stringify(description) !== JSON.stringify(first.description)))
    throw new InstanceRefusal('malformed', 'The frames of the pixel data differ in size or colour')
  const shown = asGrayWhereSaid(pictures, dataset)
  const description = shown[0]?.description ?? first.description
  const frames = shown.reduce((sum, picture) => sum + picture.frames, 0)
  const length = shown.reduce((sum, picture) => sum + picture.bytes.length, 0)
  return {
    derived: describe(dataset, description, frames),
    pixels: { length, bytes: shown.map(({ bytes }) => bytes) },
  }
}

async function readPicture(bytes: Uint8Array, reader: PictureReader, left: number, maxBytes: number): Promise<Picture> {
  try {
    return await reader.read(bytes, { maxBytes: left })
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error
    if (error.code === 'unsupported') throw tooLarge(maxBytes)
    if (error.code !== 'damaged') throw error
    throw new InstanceRefusal('malformed', 'A picture of the pixel data cannot be read', { cause: error })
  }
}

function tooLarge(maxBytes: number): InstanceRefusal {
  return new InstanceRefusal('beyondLimits', `Pictures of the pixel data have more than ${maxBytes} bytes of samples`)
}

/** GIF knows no gray: where the metadata says so and every pixel is, one sample of three is kept. */
function asGrayWhereSaid(pictures: readonly Picture[], dataset: Dataset): readonly Picture[] {
  const saysGray = numberOf(dataset, tags.SamplesPerPixel) === 1
  if (!saysGray || pictures[0]?.description.samplesPerPixel !== 3) return pictures
  return pictures.map((picture) => {
    const { bytes, description } = picture
    const size = description.bitsAllocated / 8
    const gray = Buffer.alloc(bytes.length / 3)
    for (let from = 0, to = 0; from < bytes.length; from += 3 * size, to += size) {
      for (let i = 0; i < size; i++) {
        const value = bytes[from + i] ?? 0
        if (bytes[from + size + i] !== value || bytes[from + 2 * size + i] !== value)
          throw new InstanceRefusal('malformed', 'Samples per Pixel is 1, and the picture has colours')
        gray[to + i] = value
      }
    }
    return {
      ...picture,
      bytes: gray,
      description: { ...description, samplesPerPixel: 1, photometricInterpretation: 'MONOCHROME2' },
    }
  })
}

/** @throws InstanceRefusal where the metadata says otherwise */
function describe(dataset: Dataset, description: PixelDescription, frames: number): Dataset {
  const us = (value: number): Attribute => ({ vr: 'US', Value: [value] })
  const interpretation = stringOf(dataset, tags.PhotometricInterpretation)
  const isInverse = interpretation === 'MONOCHROME1' && description.samplesPerPixel === 1
  const derived: Dataset = {
    [tags.SamplesPerPixel]: us(description.samplesPerPixel),
    [tags.PhotometricInterpretation]: {
      vr: 'CS',
      Value: [isInverse ? 'MONOCHROME1' : description.photometricInterpretation],
    },
    ...(description.samplesPerPixel > 1 && { [tags.PlanarConfiguration]: us(0) }),
    ...(frames > 1 && { [tags.NumberOfFrames]: { vr: 'IS', Value: [frames] } }),
    [tags.Rows]: us(description.rows),
    [tags.Columns]: us(description.columns),
    [tags.BitsAllocated]: us(description.bitsAllocated),
    [tags.BitsStored]: us(description.bitsStored),
    [tags.HighBit]: us(description.highBit),
    [tags.PixelRepresentation]: us(0),
    [tags.PixelData]: { ...dataset[tags.PixelData], vr: description.bitsAllocated > 8 ? 'OW' : 'OB' },
  }
  if (numberOfFramesOf({ ...derived, ...dataset }) !== frames)
    throw new InstanceRefusal('malformed', `Number of Frames differs from the ${frames} frames of the pixel data`)
  const said = pixelDescriptionOf({ ...derived, ...dataset })
  for (const name of ['rows', 'columns', 'samplesPerPixel', 'bitsAllocated'] as const)
    if (said?.[name] !== description[name])
      throw new InstanceRefusal('malformed', `The metadata and the picture of the pixel data disagree in ${name}`)
  // Colours were turned into RGB, and planes into pixels: what the metadata says of that is of the picture as it was.
  return derived
}
