import { type TransferSyntax, transferSyntaxes, type Uid } from '@sansfilm/dicom'

/** The media types of one representation; compressed pixel data has a table of its own below. */
export const mediaTypes = {
  /** PS3.18 §8.7.3.1 */
  dicom: 'application/dicom',
  /** PS3.18 §8.7.3.2 */
  dicomJson: 'application/dicom+json',
  /** PS3.18 §8.7.3.2 */
  dicomXml: 'application/dicom+xml',
  /** PS3.18 §8.7.3.3.1 */
  octetStream: 'application/octet-stream',
  /** Instances as a file set with a DICOMDIR; an addition to PS3.18. */
  zip: 'application/zip',
  /** PS3.18 §8.7.4, for encapsulated documents that are one. */
  pdf: 'application/pdf',
} as const

/**
 * Encapsulated documents that are sent in their own media type. Markup is not among them, XML included: opened in a
 * browser it would run as a page of this server. It is had as octets.
 * @see PS3.3 §C.24.2.2
 */
export const documentMediaTypes: ReadonlySet<string> = new Set([
  mediaTypes.pdf,
  'model/stl',
  'model/obj',
  'model/mtl',
  'application/sla',
])

/** One media type of compressed pixel data. */
export interface CompressedMediaType {
  /** In lower case, by which media types compare. */
  readonly mediaType: string
  /** Every transfer syntax it stands for, the default first. */
  readonly transferSyntaxes: readonly [TransferSyntax, ...TransferSyntax[]]
  /** `image`: Single Frame and Multi-Frame Image, one representation a frame; `video`: one for all frames. */
  readonly of: 'image' | 'video'
  /** Lossy Image Compression Method of what is encoded with loss (PS3.3 §C.7.6.1.1.5.1). */
  readonly lossyMethod?: string
  /** A codestream that ends with the marker FF D9, after which only padding can come. */
  readonly endsWithMarker: boolean
}

const s = transferSyntaxes

/**
 * Compressed bulk data: media type and transfer syntaxes, the default of each first. Single Frame and Multi-Frame Image
 * have the same rows. The retired JPEG processes are not in the table of PS3.18, which lets a server support further
 * transfer syntaxes; they are archived all the same.
 * @see PS3.18 Table 8.7.3-5
 */
export const compressedMediaTypes: readonly CompressedMediaType[] = [
  {
    mediaType: 'image/jpeg',
    transferSyntaxes: [
      s.JPEGLosslessSV1,
      s.JPEGBaseline8Bit,
      s.JPEGExtended12Bit,
      s.JPEGLossless,
      s.JPEGExtended35,
      s.JPEGSpectralSelectionNonHierarchical68,
      s.JPEGSpectralSelectionNonHierarchical79,
      s.JPEGFullProgressionNonHierarchical1012,
      s.JPEGFullProgressionNonHierarchical1113,
      s.JPEGLosslessNonHierarchical15,
      s.JPEGExtendedHierarchical1618,
      s.JPEGExtendedHierarchical1719,
      s.JPEGSpectralSelectionHierarchical2022,
      s.JPEGSpectralSelectionHierarchical2123,
      s.JPEGFullProgressionHierarchical2426,
      s.JPEGFullProgressionHierarchical2527,
      s.JPEGLosslessHierarchical28,
      s.JPEGLosslessHierarchical29,
    ],
    of: 'image',
    lossyMethod: 'ISO_10918_1',
    endsWithMarker: true,
  },
  { mediaType: 'image/dicom-rle', transferSyntaxes: [s.RLELossless], of: 'image', endsWithMarker: false },
  {
    mediaType: 'image/jls',
    transferSyntaxes: [s.JPEGLSLossless, s.JPEGLSNearLossless],
    of: 'image',
    lossyMethod: 'ISO_14495_1',
    endsWithMarker: true,
  },
  {
    mediaType: 'image/jp2',
    transferSyntaxes: [s.JPEG2000Lossless, s.JPEG2000],
    of: 'image',
    lossyMethod: 'ISO_15444_1',
    endsWithMarker: true,
  },
  {
    mediaType: 'image/jpx',
    transferSyntaxes: [s.JPEG2000MCLossless, s.JPEG2000MC],
    of: 'image',
    lossyMethod: 'ISO_15444_2',
    endsWithMarker: true,
  },
  {
    mediaType: 'image/jphc',
    transferSyntaxes: [s.HTJ2KLossless, s.HTJ2KLosslessRPCL, s.HTJ2K],
    of: 'image',
    lossyMethod: 'ISO_15444_15',
    endsWithMarker: true,
  },
  {
    mediaType: 'image/jxl',
    transferSyntaxes: [s.JPEGXLLossless, s.JPEGXLJPEGRecompression, s.JPEGXL],
    of: 'image',
    lossyMethod: 'ISO_18181_1',
    endsWithMarker: false,
  },
  {
    mediaType: 'video/mpeg',
    transferSyntaxes: [s.MPEG2MPHL, s.MPEG2MPML, s.MPEG2MPMLF, s.MPEG2MPHLF],
    of: 'video',
    endsWithMarker: false,
  },
  {
    mediaType: 'video/mp4',
    transferSyntaxes: [
      s.MPEG4HP41,
      s.MPEG4HP41F,
      s.MPEG4HP41BD,
      s.MPEG4HP41BDF,
      s.MPEG4HP422D,
      s.MPEG4HP422DF,
      s.MPEG4HP423D,
      s.MPEG4HP423DF,
      s.MPEG4HP42STEREO,
      s.MPEG4HP42STEREOF,
    ],
    of: 'video',
    endsWithMarker: false,
  },
  { mediaType: 'video/h265', transferSyntaxes: [s.HEVCMP51, s.HEVCM10P51], of: 'video', endsWithMarker: false },
]

/**
 * Other names by which clients ask for a media type: those of earlier editions (PS3.18 §8.7.3.3.2, last note), of viewers,
 * and the plain name of JSON.
 */
const aliases: Readonly<Record<string, readonly string[]>> = {
  [mediaTypes.dicomJson]: ['application/json'],
  'image/jphc': ['image/jhc', 'image/jph'],
  'image/jls': ['image/x-jls'],
  'image/dicom-rle': ['image/x-dicom-rle'],
  'video/mpeg': ['video/mpeg2'],
}

const byTransferSyntax = new Map<Uid, CompressedMediaType>(
  compressedMediaTypes.flatMap((row) => row.transferSyntaxes.map(({ uid }) => [uid, row] as const)),
)

/** The media type that pixel data of a transfer syntax has by itself; `undefined` where it is uncompressed or has none. */
export function compressedMediaTypeOf(transferSyntax: Uid): CompressedMediaType | undefined {
  return byTransferSyntax.get(transferSyntax)
}

/** A media type and the other names it goes by. */
export function namesOf(mediaType: string): readonly string[] {
  return [mediaType, ...(aliases[mediaType] ?? [])]
}
