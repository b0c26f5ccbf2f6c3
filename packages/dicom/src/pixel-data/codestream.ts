import type { Attribute, Dataset } from '../dataset.ts'
import { tags } from '../dictionary/dictionary.ts'
import { type TransferSyntax, transferSyntaxes } from '../transfer-syntax.ts'

/** What the header of a compressed image says of it. */
export interface CodestreamDescription {
  readonly transferSyntax: TransferSyntax
  readonly rows: number
  readonly columns: number
  readonly samplesPerPixel: number
  /** Bits of one sample that are used. */
  readonly bitsStored: number
  readonly signed: boolean
  readonly photometricInterpretation: string
}

/**
 * Reads the header of a JPEG or JPEG 2000 codestream (also within a JP2 file); `undefined` where it is neither, or where
 * the header is not whole within `bytes`.
 * @param bytes the first bytes of the codestream; 64 kB are enough for any header found in practice
 */
export function describeCodestream(bytes: Uint8Array): CodestreamDescription | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  try {
    if (view.readUInt16BE(0) === 0xffd8) return describeJpeg(view)
    const start = view.indexOf(Buffer.of(0xff, 0x4f, 0xff, 0x51))
    return start === -1 ? undefined : describeJpeg2000(view.subarray(start))
  } catch (error) {
    // Read past the end. By name, since a Buffer may come from another realm than this module.
    if ((error as Error).name === 'RangeError') return undefined
    throw error
  }
}

/** The Image Pixel Description attributes that `dataset` lacks (PS3.18 §10.5.2: "the origin server will derive them"). */
export function missingPixelDescription(dataset: Dataset, description: CodestreamDescription): Dataset {
  const bitsAllocated = description.bitsStored > 8 ? 16 : 8
  const us = (value: number): Attribute => ({ vr: 'US', Value: [value] })
  const derived: Dataset = {
    [tags.SamplesPerPixel]: us(description.samplesPerPixel),
    [tags.PhotometricInterpretation]: { vr: 'CS', Value: [description.photometricInterpretation] },
    ...(description.samplesPerPixel > 1 && { [tags.PlanarConfiguration]: us(0) }),
    [tags.Rows]: us(description.rows),
    [tags.Columns]: us(description.columns),
    [tags.BitsAllocated]: us(bitsAllocated),
    [tags.BitsStored]: us(description.bitsStored),
    [tags.HighBit]: us(description.bitsStored - 1),
    [tags.PixelRepresentation]: us(description.signed ? 1 : 0),
  }
  return Object.fromEntries(Object.entries(derived).filter(([tag]) => dataset[tag] === undefined))
}

/** Transfer syntax by the low nibble of the start-of-frame marker (ISO/IEC 10918-1 Table B.1). */
const jpegProcesses: Readonly<Record<number, TransferSyntax>> = {
  0: transferSyntaxes.JPEGBaseline8Bit,
  1: transferSyntaxes.JPEGExtended12Bit,
  2: transferSyntaxes.JPEGFullProgressionNonHierarchical1012,
  3: transferSyntaxes.JPEGLossless,
}

/** JPEG-LS has a frame marker of its own (ISO/IEC 14495-1 §C.2.2). */
const startOfFrameLs = 0xf7

function describeJpeg(view: Buffer): CodestreamDescription | undefined {
  let frame: Omit<CodestreamDescription, 'transferSyntax'> | undefined
  let process: TransferSyntax | undefined
  for (let at = 2; ; ) {
    const marker = view.readUInt16BE(at) & 0xff
    const length = view.readUInt16BE(at + 2)
    const isFrame = marker === startOfFrameLs || (marker >= 0xc0 && marker <= 0xc3)
    if (isFrame) {
      const samplesPerPixel = view.readUInt8(at + 9)
      frame = {
        bitsStored: view.readUInt8(at + 4),
        rows: view.readUInt16BE(at + 5),
        columns: view.readUInt16BE(at + 7),
        samplesPerPixel,
        signed: false,
        photometricInterpretation: samplesPerPixel === 1 ? 'MONOCHROME2' : marker < 0xc3 ? 'YBR_FULL_422' : 'RGB',
      }
      process = marker === startOfFrameLs ? transferSyntaxes.JPEGLSLossless : jpegProcesses[marker & 0x0f]
    }
    if (marker === 0xda) {
      if (frame === undefined || process === undefined) return undefined
      // Ss and Al-like NEAR stand behind the components of the scan header.
      const parameter = view.readUInt8(at + 5 + 2 * view.readUInt8(at + 4))
      return { ...frame, transferSyntax: syntaxOfScan(process, parameter) }
    }
    at += 2 + length
  }
}

/** Lossless JPEG with predictor 1, and JPEG-LS with NEAR above 0, are syntaxes of their own. */
function syntaxOfScan(process: TransferSyntax, parameter: number): TransferSyntax {
  if (process === transferSyntaxes.JPEGLossless && parameter === 1) return transferSyntaxes.JPEGLosslessSV1
  if (process === transferSyntaxes.JPEGLSLossless && parameter > 0) return transferSyntaxes.JPEGLSNearLossless
  return process
}

/** ISO/IEC 15444-1 §A.5.1 (SIZ) and §A.6.1 (COD). */
function describeJpeg2000(view: Buffer): CodestreamDescription | undefined {
  const samplesPerPixel = view.readUInt16BE(40)
  const depth = view.readUInt8(42)
  const usesHighThroughput = (view.readUInt16BE(6) & 0x4000) !== 0
  for (let at = 4 + view.readUInt16BE(4); ; at += 2 + view.readUInt16BE(at + 2)) {
    const marker = view.readUInt16BE(at)
    if (marker === 0xff90) return undefined // the first tile: the main header had no COD
    if (marker !== 0xff52) continue
    const componentTransform = view.readUInt8(at + 8) === 1
    const reversible = view.readUInt8(at + 13) === 1
    const transformed = reversible ? 'YBR_RCT' : 'YBR_ICT'
    return {
      transferSyntax: usesHighThroughput
        ? reversible
          ? transferSyntaxes.HTJ2KLossless
          : transferSyntaxes.HTJ2K
        : reversible
          ? transferSyntaxes.JPEG2000Lossless
          : transferSyntaxes.JPEG2000,
      rows: view.readUInt32BE(12) - view.readUInt32BE(20),
      columns: view.readUInt32BE(8) - view.readUInt32BE(16),
      samplesPerPixel,
      bitsStored: (depth & 0x7f) + 1,
      signed: (depth & 0x80) !== 0,
      photometricInterpretation: samplesPerPixel === 1 ? 'MONOCHROME2' : componentTransform ? transformed : 'RGB',
    }
  }
}
