import type { CodedFrame } from '@sansfilm/core/adapters'
import type { CodestreamDescription, PixelDescription } from '@sansfilm/dicom'
import { checkCodestream } from './check-codestream.ts'
import { codedSamples, withoutSigns } from './coded-samples.ts'
import { notDecoded } from './errors.ts'
import { runNativeCodec } from './libraries/native-codecs.ts'
import { fitSamples, samplesOf } from './samples.ts'

/**
 * Decodes lossy JPEG of 8 and 12 bits: baseline, extended sequential, spectral selection and full progression. Colours
 * come out as RGB.
 * @throws AdapterError `damaged`
 * @see PS3.5 §8.2.1
 */
export function decodeJpeg(frame: CodedFrame): Promise<Uint8Array> {
  const header = checkCodestream(frame)
  return decode(frame, header, isYbr(frame, header))
}

/**
 * Decodes lossless JPEG of 2 to 16 bits with any predictor. Components come out as they were coded.
 * @throws AdapterError `damaged`
 * @see PS3.5 §8.2.1
 */
export function decodeJpegLossless(frame: CodedFrame): Promise<Uint8Array> {
  return decode(frame, checkCodestream(frame), false)
}

/** Where an Adobe marker tells, it decides: it is what encoders went by. Then Photometric Interpretation; JFIF says nothing. */
function isYbr({ description }: CodedFrame, header: CodestreamDescription): boolean {
  const { photometricInterpretation } = header.namesColours ? header : description
  return header.samplesPerPixel === 3 && photometricInterpretation !== 'RGB'
}

async function decode(frame: CodedFrame, header: CodestreamDescription, convertToRgb: boolean): Promise<Uint8Array> {
  const { rows, columns, samplesPerPixel, bitsStored } = header
  const image = { rows, columns, samplesPerPixel, bitsStored, bitsAllocated: bitsStored <= 8 ? 8 : 16 } as const
  const parameters = { ConvertColorspaceToRgb: convertToRgb ? 1 : 0 }
  const decoded = await runNativeCodec('DecodeJpeg', image, frame.bytes, parameters).catch(notDecoded('JPEG'))
  return fitSamples(decoded, bitsStored, frame.description)
}

/** The encoder's numbers for chroma of every pixel, and of every second one in a row. */
const sampleFactors = { full: 0, half: 1 }

/**
 * Encodes baseline JPEG of the lowest 8 bits: grayscale, or RGB as YBR_FULL_422.
 * @param quality 1 to 100, as in libjpeg
 * @see PS3.5 §8.2.1
 */
export function encodeJpeg(native: Uint8Array, description: PixelDescription, quality: number): Promise<Uint8Array> {
  const { rows, columns, samplesPerPixel, bitsAllocated } = description
  const bytes = bitsAllocated === 8 ? native : Uint8Array.from(samplesOf(native, bitsAllocated))
  const image = { rows, columns, samplesPerPixel, bitsStored: 8, bitsAllocated: 8 } as const
  return runNativeCodec('EncodeJpeg', image, bytes, { Lossy: 1, Quality: quality, SampleFactor: sampleFactors.half })
}

/**
 * Encodes lossless JPEG of 8, 12 or 16 bits with predictor 1. Samples of two bytes stay that, for decoders that believe
 * the codestream.
 * @see PS3.5 §8.2.1
 */
export async function encodeJpegLossless(native: Uint8Array, description: PixelDescription): Promise<Uint8Array> {
  const { rows, columns, samplesPerPixel, photometricInterpretation } = description
  const bitsAllocated = description.bitsAllocated === 8 ? 8 : 16
  const samples = codedSamples(native, description, bitsAllocated === 8 ? [8] : [12, 16])
  const image = { rows, columns, samplesPerPixel, bitsStored: samples.precision, bitsAllocated } as const
  const encoded = await runNativeCodec('EncodeJpeg', image, withoutSigns(samples), {
    Predictor: 1,
    SampleFactor: sampleFactors.full,
  })
  return photometricInterpretation === 'RGB' ? encoded : withoutAdobeSegment(encoded)
}

/** The encoder calls three components RGB, whatever they are. */
function withoutAdobeSegment(codestream: Uint8Array): Uint8Array {
  const isAdobe = codestream[2] === 0xff && codestream[3] === 0xee
  if (!isAdobe) return codestream
  const end = 4 + ((codestream[4] as number) << 8) + (codestream[5] as number)
  return Buffer.concat([codestream.subarray(0, 2), codestream.subarray(end)])
}
