import {
  type BulkDataSource,
  type ByteSource,
  type Dataset,
  describeCodestream,
  lookupTransferSyntax,
  missingPixelDescription,
  type TagPath,
  type TransferSyntax,
  tags,
  transferSyntaxes,
  type WritePart10Options,
} from '@sansfilm/dicom'
import type { Backend } from '../../backend.ts'
import { compressedMediaTypes, mediaTypes, namesOf } from '../../media-types/dicom-media-types.ts'
import { InstanceRefusal } from './failure-reason.ts'
import type { Spool, SpooledPart } from './spool.ts'
import { transformPictures } from './transform-pictures.ts'

/** Enough of a codestream to read its header. */
const codestreamHeaderBytes = 64 * 1024

/**
 * Puts metadata and its bulk data parts together as a Part 10 object that can be written. Uncompressed pixel data makes
 * an Explicit VR Little Endian object; compressed pixel data decides the transfer syntax, and fills in what the metadata
 * leaves out of the Image Pixel Description.
 * @param resolve gives a BulkDataURI the form under which its part was spooled
 * @throws InstanceRefusal where bulk data is missing, or in a form that no transfer syntax holds
 * @see PS3.18 §10.5.2, Table 10.5.2-1
 */
export async function assembleInstance(
  dataset: Dataset,
  resolve: (uri: string) => string,
  spool: Spool,
  { pictureReader, limits }: Pick<Backend, 'pictureReader' | 'limits'>,
): Promise<WritePart10Options> {
  const partsAt = (uri: string) => spool.at(resolve(uri))
  const pixelDataUri = dataset[tags.PixelData]?.BulkDataURI
  const frames = pixelDataUri === undefined ? [] : partsAt(pixelDataUri)
  const isPicture = frames[0] !== undefined && pictureReader?.mediaTypes.has(frames[0].mediaType) === true
  if (isPicture) {
    const { derived, pixels } = await transformPictures(dataset, frames, spool, pictureReader, limits.maxInflatedBytes)
    return {
      dataset: { ...dataset, ...derived },
      transferSyntax: transferSyntaxes.ExplicitVRLittleEndian,
      bulkData: (uri, path) =>
        isPixelDataPath(path)
          ? pixels
          : onlySource(
              partsAt(uri).map((part) => byteSource(part, spool)),
              uri,
            ),
    }
  }
  const compressed = await describeCompressed(dataset, frames, spool)
  return {
    dataset: compressed === undefined ? dataset : { ...dataset, ...compressed.derived },
    transferSyntax: compressed?.transferSyntax ?? transferSyntaxes.ExplicitVRLittleEndian,
    bulkData: (uri, path) => {
      const sources = partsAt(uri).map((part) => byteSource(part, spool))
      if (isPixelDataPath(path) && compressed !== undefined) return { frames: sources.map((source) => [source]) }
      return onlySource(sources, uri)
    },
  }
}

function isPixelDataPath(path: TagPath): boolean {
  return path.length === 1 && path[0] === tags.PixelData
}

interface CompressedPixelData {
  readonly transferSyntax: TransferSyntax
  /** Attributes that the metadata lacks. */
  readonly derived: Dataset
}

async function describeCompressed(
  dataset: Dataset,
  frames: readonly SpooledPart[],
  spool: Spool,
): Promise<CompressedPixelData | undefined> {
  const [first] = frames
  if (first === undefined) return undefined
  const named = first.transferSyntax === undefined ? undefined : lookupTransferSyntax(first.transferSyntax)
  if (first.transferSyntax !== undefined && named === undefined)
    throw new InstanceRefusal('transferSyntaxNotSupported', 'Pixel data in an unknown transfer syntax')
  // Octets are compressed where they say so, as those are that we send (PS3.18 §8.7.3.3).
  const isOctets = first.mediaType === mediaTypes.octetStream
  if (isOctets && named?.encapsulated !== true) return undefined
  const row = compressedMediaTypes.find(({ mediaType }) => namesOf(mediaType).includes(first.mediaType))
  if (row === undefined && !isOctets)
    throw new InstanceRefusal('unsupportedPart', `Pixel data as ${first.mediaType} cannot be stored`)
  const description = describeCodestream(await spool.head(first, codestreamHeaderBytes))
  const transferSyntax = named ?? description?.transferSyntax ?? row?.transferSyntaxes[0]
  if (transferSyntax === undefined || row?.transferSyntaxes.includes(transferSyntax) === false)
    throw new InstanceRefusal('transferSyntaxNotSupported', 'Media type and transfer syntax of the pixel data disagree')
  return { transferSyntax, derived: description === undefined ? {} : missingPixelDescription(dataset, description) }
}

function byteSource(part: SpooledPart, spool: Spool): ByteSource {
  return { length: part.length, bytes: spool.read(part) }
}

function onlySource(sources: readonly ByteSource[], uri: string): BulkDataSource {
  const [source, ...more] = sources
  if (source === undefined) throw new InstanceRefusal('bulkDataMissing', `No part has the Content-Location ${uri}`)
  if (more.length > 0) throw new InstanceRefusal('malformed', `Several parts have the Content-Location ${uri}`)
  return source
}
