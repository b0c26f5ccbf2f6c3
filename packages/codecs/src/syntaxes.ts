import { type TransferSyntax, transferSyntaxes, type Uid } from '@sansfilm/dicom'

/** Transfer syntaxes of one codec. */
export type Family =
  | 'native'
  | 'deflated'
  | 'rle'
  | 'jpeg'
  | 'jpeg-lossless'
  | 'jpeg-ls'
  | 'jpeg-2000'
  | 'htj2k'
  | 'jpeg-xl'
  | 'jpeg-xl-lossless'

interface SyntaxFacts {
  readonly family: Family
  readonly encodable: boolean
}

const decodeOnly = (family: Family, ...syntaxes: readonly TransferSyntax[]) =>
  syntaxes.map(({ uid }): [Uid, SyntaxFacts] => [uid, { family, encodable: false }])
const both = (family: Family, ...syntaxes: readonly TransferSyntax[]) =>
  syntaxes.map(({ uid }): [Uid, SyntaxFacts] => [uid, { family, encodable: true }])

const ts = transferSyntaxes

/**
 * What can be decoded, and what encoded. Not here: arithmetic and hierarchical JPEG (no decoder), JPEG 2000 Part 2 (its
 * transforms between components are not in the decoder), JPIP and SMPTE references (no pixels), and video.
 */
const facts = new Map<Uid, SyntaxFacts>([
  ...both(
    'native',
    ts.ImplicitVRLittleEndian,
    ts.ExplicitVRLittleEndian,
    ts.ExplicitVRBigEndian,
    ts.DeflatedExplicitVRLittleEndian,
    ts.EncapsulatedUncompressedExplicitVRLittleEndian,
  ),
  ...both('deflated', ts.DeflatedImageFrameCompression),
  ...both('rle', ts.RLELossless),
  ...both('jpeg', ts.JPEGBaseline8Bit),
  ...decodeOnly(
    'jpeg',
    ts.JPEGExtended12Bit,
    ts.JPEGSpectralSelectionNonHierarchical68,
    ts.JPEGFullProgressionNonHierarchical1012,
  ),
  ...both('jpeg-lossless', ts.JPEGLossless, ts.JPEGLosslessSV1),
  ...both('jpeg-ls', ts.JPEGLSLossless, ts.JPEGLSNearLossless),
  ...both('jpeg-2000', ts.JPEG2000Lossless, ts.JPEG2000),
  ...decodeOnly('jpeg-xl-lossless', ts.JPEGXLLossless),
  ...decodeOnly('jpeg-xl', ts.JPEGXLJPEGRecompression, ts.JPEGXL),
  ...both('htj2k', ts.HTJ2KLossless, ts.HTJ2KLosslessRPCL, ts.HTJ2K),
])

/** The codec of a transfer syntax, `undefined` where there is none. */
export function familyOf(transferSyntax: Uid): Family | undefined {
  return facts.get(transferSyntax)?.family
}

/** Transfer Syntax UIDs whose frames `decodeFrame` decodes. */
export const decodableSyntaxes: ReadonlySet<Uid> = new Set(facts.keys())

/** Transfer Syntax UIDs that `encodeFrame` encodes in. */
export const encodableSyntaxes: ReadonlySet<Uid> = new Set(
  [...facts].filter(([, { encodable }]) => encodable).map(([uid]) => uid),
)
