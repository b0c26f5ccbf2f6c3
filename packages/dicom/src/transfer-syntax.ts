import type { Uid } from './uid.ts'

/** What an archive needs to know of a transfer syntax. */
export interface TransferSyntax {
  readonly uid: Uid
  readonly name: string
  readonly explicitVR: boolean
  readonly bigEndian: boolean
  /** The whole data set is one raw deflate stream (PS3.5 §A.5). */
  readonly deflated: boolean
  /** Pixel Data is a sequence of fragments (PS3.5 §A.4). */
  readonly encapsulated: boolean
  readonly lossy: boolean
  readonly video: boolean
}

const native = { explicitVR: true, bigEndian: false, deflated: false, encapsulated: false, lossy: false, video: false }
const lossless = { ...native, encapsulated: true }
const lossy = { ...lossless, lossy: true }
const video = { ...lossy, video: true }

/** Every transfer syntax of PS3.5 §10 and Annex A, by the keyword of PS3.6 Table A-1. */
export const transferSyntaxes = {
  ImplicitVRLittleEndian: { uid: '1.2.840.10008.1.2', name: 'Implicit VR Little Endian', ...native, explicitVR: false },
  ExplicitVRLittleEndian: { uid: '1.2.840.10008.1.2.1', name: 'Explicit VR Little Endian', ...native },
  EncapsulatedUncompressedExplicitVRLittleEndian: {
    uid: '1.2.840.10008.1.2.1.98',
    name: 'Encapsulated Uncompressed Explicit VR Little Endian',
    ...lossless,
  },
  DeflatedExplicitVRLittleEndian: {
    uid: '1.2.840.10008.1.2.1.99',
    name: 'Deflated Explicit VR Little Endian',
    ...native,
    deflated: true,
  },
  ExplicitVRBigEndian: { uid: '1.2.840.10008.1.2.2', name: 'Explicit VR Big Endian', ...native, bigEndian: true },
  JPEGBaseline8Bit: { uid: '1.2.840.10008.1.2.4.50', name: 'JPEG Baseline (Process 1)', ...lossy },
  JPEGExtended12Bit: { uid: '1.2.840.10008.1.2.4.51', name: 'JPEG Extended (Process 2 & 4)', ...lossy },
  JPEGExtended35: { uid: '1.2.840.10008.1.2.4.52', name: 'JPEG Extended (Process 3 & 5)', ...lossy },
  JPEGSpectralSelectionNonHierarchical68: {
    uid: '1.2.840.10008.1.2.4.53',
    name: 'JPEG Spectral Selection, Non-Hierarchical (Process 6 & 8)',
    ...lossy,
  },
  JPEGSpectralSelectionNonHierarchical79: {
    uid: '1.2.840.10008.1.2.4.54',
    name: 'JPEG Spectral Selection, Non-Hierarchical (Process 7 & 9)',
    ...lossy,
  },
  JPEGFullProgressionNonHierarchical1012: {
    uid: '1.2.840.10008.1.2.4.55',
    name: 'JPEG Full Progression, Non-Hierarchical (Process 10 & 12)',
    ...lossy,
  },
  JPEGFullProgressionNonHierarchical1113: {
    uid: '1.2.840.10008.1.2.4.56',
    name: 'JPEG Full Progression, Non-Hierarchical (Process 11 & 13)',
    ...lossy,
  },
  JPEGLossless: { uid: '1.2.840.10008.1.2.4.57', name: 'JPEG Lossless, Non-Hierarchical (Process 14)', ...lossless },
  JPEGLosslessNonHierarchical15: {
    uid: '1.2.840.10008.1.2.4.58',
    name: 'JPEG Lossless, Non-Hierarchical (Process 15)',
    ...lossless,
  },
  JPEGExtendedHierarchical1618: {
    uid: '1.2.840.10008.1.2.4.59',
    name: 'JPEG Extended, Hierarchical (Process 16 & 18)',
    ...lossy,
  },
  JPEGExtendedHierarchical1719: {
    uid: '1.2.840.10008.1.2.4.60',
    name: 'JPEG Extended, Hierarchical (Process 17 & 19)',
    ...lossy,
  },
  JPEGSpectralSelectionHierarchical2022: {
    uid: '1.2.840.10008.1.2.4.61',
    name: 'JPEG Spectral Selection, Hierarchical (Process 20 & 22)',
    ...lossy,
  },
  JPEGSpectralSelectionHierarchical2123: {
    uid: '1.2.840.10008.1.2.4.62',
    name: 'JPEG Spectral Selection, Hierarchical (Process 21 & 23)',
    ...lossy,
  },
  JPEGFullProgressionHierarchical2426: {
    uid: '1.2.840.10008.1.2.4.63',
    name: 'JPEG Full Progression, Hierarchical (Process 24 & 26)',
    ...lossy,
  },
  JPEGFullProgressionHierarchical2527: {
    uid: '1.2.840.10008.1.2.4.64',
    name: 'JPEG Full Progression, Hierarchical (Process 25 & 27)',
    ...lossy,
  },
  JPEGLosslessHierarchical28: {
    uid: '1.2.840.10008.1.2.4.65',
    name: 'JPEG Lossless, Hierarchical (Process 28)',
    ...lossless,
  },
  JPEGLosslessHierarchical29: {
    uid: '1.2.840.10008.1.2.4.66',
    name: 'JPEG Lossless, Hierarchical (Process 29)',
    ...lossless,
  },
  JPEGLosslessSV1: {
    uid: '1.2.840.10008.1.2.4.70',
    name: 'JPEG Lossless, Non-Hierarchical, First-Order Prediction',
    ...lossless,
  },
  JPEGLSLossless: { uid: '1.2.840.10008.1.2.4.80', name: 'JPEG-LS Lossless', ...lossless },
  JPEGLSNearLossless: { uid: '1.2.840.10008.1.2.4.81', name: 'JPEG-LS Lossy (Near-Lossless)', ...lossy },
  JPEG2000Lossless: { uid: '1.2.840.10008.1.2.4.90', name: 'JPEG 2000 (Lossless Only)', ...lossless },
  JPEG2000: { uid: '1.2.840.10008.1.2.4.91', name: 'JPEG 2000', ...lossy },
  JPEG2000MCLossless: {
    uid: '1.2.840.10008.1.2.4.92',
    name: 'JPEG 2000 Part 2 Multi-component (Lossless Only)',
    ...lossless,
  },
  JPEG2000MC: { uid: '1.2.840.10008.1.2.4.93', name: 'JPEG 2000 Part 2 Multi-component', ...lossy },
  JPIPReferenced: { uid: '1.2.840.10008.1.2.4.94', name: 'JPIP Referenced', ...native },
  JPIPReferencedDeflate: { uid: '1.2.840.10008.1.2.4.95', name: 'JPIP Referenced Deflate', ...native, deflated: true },
  MPEG2MPML: { uid: '1.2.840.10008.1.2.4.100', name: 'MPEG2 Main Profile / Main Level', ...video },
  MPEG2MPMLF: { uid: '1.2.840.10008.1.2.4.100.1', name: 'Fragmentable MPEG2 Main Profile / Main Level', ...video },
  MPEG2MPHL: { uid: '1.2.840.10008.1.2.4.101', name: 'MPEG2 Main Profile / High Level', ...video },
  MPEG2MPHLF: { uid: '1.2.840.10008.1.2.4.101.1', name: 'Fragmentable MPEG2 Main Profile / High Level', ...video },
  MPEG4HP41: { uid: '1.2.840.10008.1.2.4.102', name: 'MPEG-4 AVC/H.264 High Profile / Level 4.1', ...video },
  MPEG4HP41F: {
    uid: '1.2.840.10008.1.2.4.102.1',
    name: 'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.1',
    ...video,
  },
  MPEG4HP41BD: {
    uid: '1.2.840.10008.1.2.4.103',
    name: 'MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1',
    ...video,
  },
  MPEG4HP41BDF: {
    uid: '1.2.840.10008.1.2.4.103.1',
    name: 'Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1',
    ...video,
  },
  MPEG4HP422D: {
    uid: '1.2.840.10008.1.2.4.104',
    name: 'MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video',
    ...video,
  },
  MPEG4HP422DF: {
    uid: '1.2.840.10008.1.2.4.104.1',
    name: 'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video',
    ...video,
  },
  MPEG4HP423D: {
    uid: '1.2.840.10008.1.2.4.105',
    name: 'MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video',
    ...video,
  },
  MPEG4HP423DF: {
    uid: '1.2.840.10008.1.2.4.105.1',
    name: 'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video',
    ...video,
  },
  MPEG4HP42STEREO: {
    uid: '1.2.840.10008.1.2.4.106',
    name: 'MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2',
    ...video,
  },
  MPEG4HP42STEREOF: {
    uid: '1.2.840.10008.1.2.4.106.1',
    name: 'Fragmentable MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2',
    ...video,
  },
  HEVCMP51: { uid: '1.2.840.10008.1.2.4.107', name: 'HEVC/H.265 Main Profile / Level 5.1', ...video },
  HEVCM10P51: { uid: '1.2.840.10008.1.2.4.108', name: 'HEVC/H.265 Main 10 Profile / Level 5.1', ...video },
  JPEGXLLossless: { uid: '1.2.840.10008.1.2.4.110', name: 'JPEG XL Lossless', ...lossless },
  JPEGXLJPEGRecompression: { uid: '1.2.840.10008.1.2.4.111', name: 'JPEG XL JPEG Recompression', ...lossy },
  JPEGXL: { uid: '1.2.840.10008.1.2.4.112', name: 'JPEG XL', ...lossy },
  HTJ2KLossless: { uid: '1.2.840.10008.1.2.4.201', name: 'High-Throughput JPEG 2000 (Lossless Only)', ...lossless },
  HTJ2KLosslessRPCL: {
    uid: '1.2.840.10008.1.2.4.202',
    name: 'High-Throughput JPEG 2000 with RPCL Options (Lossless Only)',
    ...lossless,
  },
  HTJ2K: { uid: '1.2.840.10008.1.2.4.203', name: 'High-Throughput JPEG 2000', ...lossy },
  JPIPHTJ2KReferenced: { uid: '1.2.840.10008.1.2.4.204', name: 'JPIP HTJ2K Referenced', ...native },
  JPIPHTJ2KReferencedDeflate: {
    uid: '1.2.840.10008.1.2.4.205',
    name: 'JPIP HTJ2K Referenced Deflate',
    ...native,
    deflated: true,
  },
  RLELossless: { uid: '1.2.840.10008.1.2.5', name: 'RLE Lossless', ...lossless },
  SMPTEST211020UncompressedProgressiveActiveVideo: {
    uid: '1.2.840.10008.1.2.7.1',
    name: 'SMPTE ST 2110-20 Uncompressed Progressive Active Video',
    ...native,
  },
  SMPTEST211020UncompressedInterlacedActiveVideo: {
    uid: '1.2.840.10008.1.2.7.2',
    name: 'SMPTE ST 2110-20 Uncompressed Interlaced Active Video',
    ...native,
  },
  SMPTEST211030PCMDigitalAudio: { uid: '1.2.840.10008.1.2.7.3', name: 'SMPTE ST 2110-30 PCM Digital Audio', ...native },
  DeflatedImageFrameCompression: {
    uid: '1.2.840.10008.1.2.8.1',
    name: 'Deflated Image Frame Compression',
    ...lossless,
  },
} as const satisfies Record<string, TransferSyntax>

const byUid = new Map<Uid, TransferSyntax>(Object.values(transferSyntaxes).map((row) => [row.uid, row]))

/**
 * The record of a Transfer Syntax UID, `undefined` where PS3.5 has none.
 * @example lookupTransferSyntax('1.2.840.10008.1.2')?.explicitVR // false
 */
export function lookupTransferSyntax(uid: Uid): TransferSyntax | undefined {
  return byUid.get(uid)
}
