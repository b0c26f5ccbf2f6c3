import { createHash } from 'node:crypto'
import {
  type Attribute,
  type Dataset,
  lookupTransferSyntax,
  type PixelDescription,
  type Rewriting,
  type Tag,
  tags,
  uidFromDigest,
  type VR,
  valuesOf,
} from '@sansfilm/dicom'
import type { StoredInstance } from '../../../adapters/index.ts'
import { compressedMediaTypeOf } from '../../../media-types/dicom-media-types.ts'
import type { ImageFacts } from './image-facts.ts'
import { bitsOf, type PixelTarget } from './target.ts'

/** Where the attributes of the Image Pixel Module stand in a description (PS3.3 §C.7.6.3). */
const pixelAttributes: readonly (readonly [Tag, VR, (description: PixelDescription) => string | number])[] = [
  [tags.SamplesPerPixel, 'US', ({ samplesPerPixel }) => samplesPerPixel],
  [tags.PhotometricInterpretation, 'CS', ({ photometricInterpretation }) => photometricInterpretation],
  [tags.BitsAllocated, 'US', ({ bitsAllocated }) => bitsAllocated],
  [tags.BitsStored, 'US', ({ bitsStored }) => bitsStored],
  [tags.HighBit, 'US', ({ highBit }) => highBit],
  [tags.PixelRepresentation, 'US', ({ pixelRepresentation }) => pixelRepresentation],
]

/** The attributes of pixel data that is described so. */
export function describePixels(description: PixelDescription): Dataset {
  return {
    ...Object.fromEntries(pixelAttributes.map(([tag, vr, of]) => [tag, one(vr, of(description))])),
    ...(description.samplesPerPixel > 1 && { [tags.PlanarConfiguration]: one('US', description.planarConfiguration) }),
  }
}

/** They tell where frames lie in the value that is replaced (PS3.3 §C.7.6.3.1.8, §C.7.6.3.1.9). */
const placesOfFrames: ReadonlySet<Tag> = new Set([
  tags.ExtendedOffsetTable,
  tags.ExtendedOffsetTableLengths,
  tags.EncapsulatedPixelDataValueTotalLength,
])

/** Codes of DCM (PS3.16 CID 7203, CID 7202). */
const lossyCompression = code('113040', 'Lossy Compression')
const uncompressedPredecessor = code('121320', 'Uncompressed predecessor')
const sourceOfProcessing = code('121322', 'Source image for image processing operation')

/** What the target says of an instance beside its pixel data. */
export type NewAttributes = Required<Pick<Rewriting, 'replaced' | 'appended' | 'removed'>> &
  Pick<Rewriting, 'sopInstanceUid'>

/**
 * The attributes that change with the pixel data. What is compressed with loss is a new image with a SOP Instance UID of its
 * own, always the same for the same source and encoding; anything else remains the instance it is.
 * @param encodedLength bytes of all frames
 * @param version of the transcoder
 * @see PS3.3 §C.7.6.1.1.5, §C.7.6.1.1.3, §C.12.4.1.1; PS3.18 §8.7.3
 */
export function newAttributes(
  stored: StoredInstance,
  { description: source, attributes }: ImageFacts,
  { description, transferSyntax, frames, frameSyntax }: PixelTarget,
  encodedLength: number,
  version: string,
): NewAttributes {
  const changed = pixelAttributes.flatMap(([tag, vr, of]) =>
    source !== undefined && of(source) === of(description) ? [] : [[tag, one(vr, of(description))] as const],
  )
  const replaced: Dataset = {
    ...Object.fromEntries(changed),
    ...(description.samplesPerPixel > 1 && { [tags.PlanarConfiguration]: one('US', description.planarConfiguration) }),
    ...(losesForSure(stored) && { [tags.LossyImageCompression]: one('CS', '01') }),
  }
  if (!transferSyntax.lossy) return { replaced, appended: {}, removed: placesOfFrames }
  const ratio = ((bitsOf(description) / 8) * frames) / Math.max(encodedLength, 1)
  return {
    replaced: {
      ...replaced,
      ...lossOf(attributes, frameSyntax, ratio),
      ...derivationOf(attributes, transferSyntax.name),
    },
    appended: {
      [tags.DerivationCodeSequence]: { vr: 'SQ', Value: [lossyCompression] },
      [tags.SourceImageSequence]: { vr: 'SQ', Value: [sourceImage(stored)] },
    },
    removed: placesOfFrames,
    sopInstanceUid: uidFromDigest(digestOf(stored.instance, stored.digest, frameSyntax, version)),
  }
}

/** Lossy JPEG loses whatever the attributes say; what other lossy transfer syntaxes hold can be without loss. */
function losesForSure({ transferSyntax }: StoredInstance): boolean {
  const isLossy = lookupTransferSyntax(transferSyntax)?.lossy === true
  return isLossy && compressedMediaTypeOf(transferSyntax)?.mediaType === 'image/jpeg'
}

/** "If an image is compressed with a lossy algorithm more than once", each has its value, in order (PS3.3 §C.7.6.1.1.5). */
function lossOf(attributes: Dataset, target: string, ratio: number): Dataset {
  const method = compressedMediaTypeOf(target)?.lossyMethod
  const ratios = [...valuesOf(attributes, tags.LossyImageCompressionRatio), Number(ratio.toFixed(2))]
  const methods = [...valuesOf(attributes, tags.LossyImageCompressionMethod), ...(method === undefined ? [] : [method])]
  return {
    [tags.LossyImageCompression]: one('CS', '01'),
    [tags.LossyImageCompressionRatio]: { vr: 'DS', Value: ratios },
    [tags.LossyImageCompressionMethod]: { vr: 'CS', Value: methods },
  }
}

/** What is described already is left as it is: it is in a character set of its own, and the code sequence says the same. */
function derivationOf(attributes: Dataset, name: string): Dataset {
  const [kind, ...more] = valuesOf(attributes, tags.ImageType)
  return {
    ...(kind !== undefined && { [tags.ImageType]: { vr: 'CS', Value: ['DERIVED', ...more] } }),
    ...(valuesOf(attributes, tags.DerivationDescription).length === 0 && {
      [tags.DerivationDescription]: one('ST', `Compressed with loss: ${name}`),
    }),
  }
}

function sourceImage(stored: StoredInstance): Dataset {
  const isLossy = lookupTransferSyntax(stored.transferSyntax)?.lossy === true
  return {
    [tags.ReferencedSOPClassUID]: one('UI', stored.sopClass),
    [tags.ReferencedSOPInstanceUID]: one('UI', stored.instance),
    [tags.PurposeOfReferenceCodeSequence]: {
      vr: 'SQ',
      Value: [isLossy ? sourceOfProcessing : uncompressedPredecessor],
    },
  }
}

function digestOf(...pieces: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(pieces)).digest('hex')
}

function code(value: string, meaning: string): Dataset {
  return {
    [tags.CodeValue]: one('SH', value),
    [tags.CodingSchemeDesignator]: one('SH', 'DCM'),
    [tags.CodeMeaning]: one('LO', meaning),
  }
}

function one(vr: VR, value: string | number): Attribute {
  return { vr, Value: [value] }
}
