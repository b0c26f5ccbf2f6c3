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
  /** Whether the codestream itself names its colours; if not, `photometricInterpretation` is what most writers mean. */
  readonly namesColours: boolean
  /** Whether all components have the same depth and sign, and a sample for every pixel. */
  readonly alikeComponents: boolean
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

/** The application segment in which Adobe's writers say whether components are RGB or YCbCr. */
const adobeSegment = 0xee

function describeJpeg(view: Buffer): CodestreamDescription | undefined {
  let frame: Omit<CodestreamDescription, 'transferSyntax'> | undefined
  let process: TransferSyntax | undefined
  let adobeTransform: number | undefined
  for (let at = 2; ; ) {
    const marker = view.readUInt16BE(at) & 0xff
    // Any number of bytes FF may stand before a marker (ISO/IEC 10918-1 §B.1.1.2).
    if (marker === 0xff) {
      at += 1
      continue
    }
    const length = view.readUInt16BE(at + 2)
    if (marker === adobeSegment && view.toString('latin1', at + 4, at + 9) === 'Adobe') {
      adobeTransform = view.readUInt8(at + 15)
    }
    const isFrame = marker === startOfFrameLs || (marker >= 0xc0 && marker <= 0xc3)
    if (isFrame) {
      frame = describeJpegFrame(view, at, adobeTransform)
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

/** The frame header at `at` (ISO/IEC 10918-1 §B.2.2): its components have an identifier and sampling factors each. */
function describeJpegFrame(
  view: Buffer,
  at: number,
  adobeTransform: number | undefined,
): Omit<CodestreamDescription, 'transferSyntax'> {
  const samplesPerPixel = view.readUInt8(at + 9)
  const components = Array.from({ length: samplesPerPixel }, (_, i) => at + 10 + 3 * i)
  const identifiers = String.fromCharCode(...components.map((component) => view.readUInt8(component)))
  const factors = components.map((component) => view.readUInt8(component + 1))
  const isTransformed = (view.readUInt16BE(at) & 0xff) < 0xc3
  const namesColours = adobeTransform !== undefined || identifiers === 'RGB'
  const isRgb = adobeTransform === undefined ? identifiers === 'RGB' || !isTransformed : adobeTransform === 0
  return {
    bitsStored: view.readUInt8(at + 4),
    rows: view.readUInt16BE(at + 5),
    columns: view.readUInt16BE(at + 7),
    samplesPerPixel,
    signed: false,
    photometricInterpretation:
      samplesPerPixel === 1 ? 'MONOCHROME2' : isRgb ? 'RGB' : isTransformed ? 'YBR_FULL_422' : 'YBR_FULL',
    namesColours,
    alikeComponents: factors.every((factor) => factor === factors[0]),
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
  const components = Array.from({ length: samplesPerPixel }, (_, i) => view.readUIntBE(42 + 3 * i, 3))
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
      namesColours: componentTransform,
      alikeComponents: components.every((component) => component === depth * 0x10000 + 0x0101),
    }
  }
}
