import type { CodedFrame } from '@sansfilm/core/adapters'
import { transferSyntaxes } from '@sansfilm/dicom'
import { decodeDeflated } from './deflated.ts'
import { describeDecoded, isDecodable } from './describe-decoded.ts'
import { unsupported } from './errors.ts'
import { nativeLength } from './frame-size.ts'
import { decodeHtj2k } from './htj2k.ts'
import { decodeJpeg, decodeJpegLossless } from './jpeg.ts'
import { decodeJpeg2000 } from './jpeg-2000.ts'
import { decodeJpegLs } from './jpeg-ls.ts'
import { decodeJpegXl } from './jpeg-xl.ts'
import { decodeNative } from './native.ts'
import { decodeRle } from './rle.ts'
import { type Family, familyOf } from './syntaxes.ts'

const decoders: Readonly<Record<Family, (frame: CodedFrame) => Uint8Array | Promise<Uint8Array>>> = {
  native: decodeNative,
  deflated: decodeDeflated,
  rle: decodeRle,
  jpeg: decodeJpeg,
  'jpeg-lossless': decodeJpegLossless,
  'jpeg-ls': decodeJpegLs,
  'jpeg-2000': decodeJpeg2000,
  htj2k: decodeHtj2k,
  'jpeg-xl': decodeJpegXl,
  'jpeg-xl-lossless': decodeJpegXl,
}

/**
 * Decodes one frame in this thread, which it blocks: to native little endian samples that lie together by pixel, chroma
 * for each, lossy colours as RGB, one-bit pixels packed. A native frame that is so already comes back with its own bytes.
 * @returns in Explicit VR Little Endian, described as the samples then are, with as many bytes as that needs
 * @throws AdapterError `unsupported` where there is no decoder for the transfer syntax or the samples; `damaged` where the
 *   frame does not decode, or its codestream has another size, sample count or depth than its description
 * @see PS3.5 §8.2, PS3.3 §C.7.6.3.1.2
 * @example (await decodeFrame(frame)).description.photometricInterpretation // 'RGB'
 */
export async function decodeFrame(frame: CodedFrame): Promise<CodedFrame> {
  const family = familyOf(frame.transferSyntax)
  if (family === undefined) throw unsupported(`No decoder for transfer syntax ${frame.transferSyntax}`)
  if (!isDecodable(frame)) throw unsupported(`No decoder for such samples in transfer syntax ${frame.transferSyntax}`)
  nativeLength(frame.description) // Beyond the limit, not even a header is read.
  const bytes = await decoders[family](frame)
  return { transferSyntax: transferSyntaxes.ExplicitVRLittleEndian.uid, description: describeDecoded(frame), bytes }
}
