import type { CodedFrame, TranscodeOptions } from '@sansfilm/core/adapters'
import type { PixelDescription, Uid } from '@sansfilm/dicom'
import { ybrFullToRgb } from './colours.ts'
import { decodeFrame } from './decode.ts'
import { decodeTile } from './decode-tile.ts'
import { encodeDeflated } from './deflated.ts'
import { describeTranscoded, losesInformation } from './describe-transcoded.ts'
import { unsupported } from './errors.ts'
import { assertCodable } from './frame-size.ts'
import { encodeHtj2k } from './htj2k.ts'
import { encodeJpeg, encodeJpegLossless } from './jpeg.ts'
import { encodeJpeg2000 } from './jpeg-2000.ts'
import { encodeJpegLs } from './jpeg-ls.ts'
import { CodecError } from './libraries/codec-error.ts'
import { encodeRle } from './rle.ts'
import { type Family, familyOf } from './syntaxes.ts'

/** @param quality `undefined` for lossless */
type Encode = (
  native: Uint8Array,
  description: PixelDescription,
  quality: number | undefined,
) => Uint8Array | Promise<Uint8Array>

const encoders: Readonly<Partial<Record<Family, Encode>>> = {
  native: (native) => native,
  deflated: encodeDeflated,
  rle: encodeRle,
  jpeg: (native, description, quality = defaultQuality) => encodeJpeg(native, description, quality),
  'jpeg-lossless': encodeJpegLossless,
  'jpeg-ls': (native, description, quality) =>
    encodeJpegLs(native, description, quality === undefined ? 0 : nearOf(quality)),
  'jpeg-2000': (native, description, quality) => encodeJpeg2000(native, description, quality && ratioOf(quality)),
  htj2k: (native, description, quality) => encodeHtj2k(native, description, quality && stepOf(quality)),
}

/** Losses that are hardly seen. */
const defaultQuality = 90

/**
 * Encodes one frame in this thread, which it blocks. Lossless encodings keep every bit, of signed samples and of bits that
 * are not stored as well.
 * @param frame native; any other is decoded first. One that is in `target` already comes back as it is.
 * @param options `quality` of lossy encodings, 90 if absent. JPEG: as in libjpeg. JPEG-LS: samples are off by 1 at 100, 2
 *   at 90, 10 at 1. JPEG 2000: one bit of ten is kept at 90, one of 46 at 50. HTJ2K: coefficients are rounded to 1/128 of
 *   the range of values at 90, to twice that for every 15 less. `isTile` as `decodeTile` has it.
 * @returns described as `describeTranscoded` says; its bytes may be odd in number, and are then to be padded
 * @throws AdapterError `unsupported` where `describeTranscoded` has nothing; `damaged` as `decodeFrame`
 * @see PS3.5 §8.2 and §A.4
 * @example await encodeFrame(frame, transferSyntaxes.JPEGBaseline8Bit.uid, { quality: 75 })
 */
export async function encodeFrame(
  frame: CodedFrame,
  target: Uid,
  options: Pick<TranscodeOptions, 'quality' | 'isTile'> = {},
): Promise<CodedFrame> {
  if (frame.transferSyntax === target) return frame
  const family = familyOf(target)
  const encode = family && encoders[family]
  const description = describeTranscoded(frame, target)
  if (encode === undefined || description === undefined) {
    throw unsupported(`Such samples cannot be encoded in transfer syntax ${target}`)
  }
  const decoded = await (options.isTile === true ? decodeTile(frame) : decodeFrame(frame))
  const source = description.photometricInterpretation === 'YBR_FULL' ? decoded : withoutYbr(decoded)
  const quality = losesInformation(target) ? (options.quality ?? defaultQuality) : undefined
  if (!ownCode.includes(family)) assertCodable(source.description)
  try {
    const bytes = await encode(source.bytes, source.description, quality)
    return { transferSyntax: target, description, bytes }
  } catch (error) {
    throw error instanceof CodecError ? unsupported(`The encoder of transfer syntax ${target} failed`, error) : error
  }
}

/** Families for which no library is needed. */
const ownCode: readonly (Family | undefined)[] = ['native', 'deflated', 'rle']

/** RGB for encoders that transform colours by themselves. */
function withoutYbr(frame: CodedFrame): CodedFrame {
  if (frame.description.photometricInterpretation !== 'YBR_FULL') return frame
  return {
    ...frame,
    description: { ...frame.description, photometricInterpretation: 'RGB' },
    bytes: ybrFullToRgb(frame.bytes),
  }
}

const nearOf = (quality: number): number => 1 + Math.floor((100 - quality) / 10)
const ratioOf = (quality: number): number => 1 + Math.round((100 - quality) * 0.9)
const stepOf = (quality: number): number => 2 ** ((90 - quality) / 15) / 128
