import type { CodedFrame } from '@sansfilm/core/adapters'
import type { PixelDescription } from '@sansfilm/dicom'
import { checkCodestream } from './check-codestream.ts'
import { codedSamples, withoutSigns } from './coded-samples.ts'
import { damaged, notDecoded } from './errors.ts'
import { charls } from './libraries/charls.ts'
import { runNativeCodec } from './libraries/native-codecs.ts'
import { fitSamples, interleave } from './samples.ts'

/** As CharLS counts: components one after the other. */
const byComponent = 0

/** As CharLS counts: samples of a pixel together. */
const bySample = 2

/**
 * 2 to 16 bits (ISO/IEC 14495-1 Table C.1); of samples with two bytes never so few that the codestream has one for them,
 * which dcmtk takes for damage.
 */
const precisionsOf = ({ bitsAllocated }: PixelDescription): readonly number[] =>
  bitsAllocated === 8 ? [2, 3, 4, 5, 6, 7, 8] : [9, 10, 11, 12, 13, 14, 15, 16]

/**
 * Decodes JPEG-LS, lossless and near-lossless, of 2 to 16 bits.
 * A byte changed within the codestream can keep CharLS busy for many seconds: callers need a deadline.
 * @throws AdapterError `damaged`
 * @see PS3.5 §8.2.3
 */
export async function decodeJpegLs(frame: CodedFrame): Promise<Uint8Array> {
  const { bitsStored, samplesPerPixel } = checkCodestream(frame)
  if (!endsWithMarker(frame.bytes)) throw damaged('The JPEG-LS codestream is cut off')
  const { decoded, mode } = await decode(frame.bytes)
  const isPlanar = samplesPerPixel > 1 && mode === byComponent
  const samples = isPlanar ? interleave(decoded, samplesPerPixel, bitsStored <= 8 ? 1 : 2) : decoded
  return fitSamples(samples, bitsStored, frame.description)
}

function decode(bytes: Uint8Array): Promise<{ readonly decoded: Uint8Array; readonly mode: number }> {
  return charls
    .use(({ JpegLSDecoder }) => {
      const decoder = new JpegLSDecoder()
      decoder.getEncodedBuffer(bytes.length).set(bytes)
      decoder.decode()
      const decoded = new Uint8Array(decoder.getDecodedBuffer().buffer)
      const mode = decoder.getInterleaveMode()
      decoder.delete()
      return { decoded, mode }
    })
    .catch(notDecoded('JPEG-LS'))
}

/**
 * Whether EOI is the last that is there, but for padding, which some writers make of FF. Without EOI, CharLS can search for
 * seconds.
 */
function endsWithMarker(bytes: Uint8Array): boolean {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] === 0 || bytes[end - 1] === 0xff)) end--
  return bytes[end - 2] === 0xff && bytes[end - 1] === 0xd9
}

/**
 * Encodes JPEG-LS, samples of a pixel together.
 * @param near how far a sample may be off; 0 for lossless
 * @see PS3.5 §8.2.3
 */
export async function encodeJpegLs(
  native: Uint8Array,
  description: PixelDescription,
  near: number,
): Promise<Uint8Array> {
  const { rows, columns, samplesPerPixel } = description
  const samples = codedSamples(native, description, precisionsOf(description))
  const frame = { width: columns, height: rows, bitsPerSample: samples.precision, componentCount: samplesPerPixel }
  try {
    return await charls.use(({ JpegLSEncoder }) => {
      const encoder = new JpegLSEncoder()
      encoder.getDecodedBuffer(frame).set(withoutSigns(samples))
      encoder.setInterleaveMode(samplesPerPixel > 1 ? bySample : byComponent)
      encoder.setNearLossless(near)
      encoder.encode()
      const encoded = new Uint8Array(encoder.getEncodedBuffer().buffer)
      encoder.delete()
      return encoded
    })
  } catch {
    // Noise grows when it is coded, which that encoder has no room for; this one has.
    const { bytes, precision } = codedSamples(native, description, [description.bitsAllocated])
    const bitsAllocated = precision === 8 ? 8 : 16
    const image = { rows, columns, samplesPerPixel, bitsStored: precision, bitsAllocated } as const
    return runNativeCodec('EncodeJpegLs', image, bytes, { Lossy: near > 0 ? 1 : 0, AllowedLossyError: near })
  }
}
