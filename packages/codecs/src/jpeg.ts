import type { CodedFrame } from '@sansfilm/core/adapters'
import type { CodestreamDescription } from '@sansfilm/dicom'
import { checkCodestream } from './check-codestream.ts'
import { damaged } from './errors.ts'
import { runNativeCodec } from './libraries/native-codecs.ts'
import { fitSamples } from './samples.ts'

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
  const decoded = await runNativeCodec('DecodeJpeg', image, frame.bytes, parameters).catch((error) => {
    throw damaged('The JPEG codestream does not decode', error)
  })
  return fitSamples(decoded, bitsStored, frame.description)
}
