import type { CodedFrame } from '@sansfilm/core/adapters'
import type { PixelDescription } from '@sansfilm/dicom'
import { codedSamples } from './coded-samples.ts'
import { notDecoded, unsupported } from './errors.ts'
import { biased, findCodestream, setSigned } from './jpeg-2000-codestream.ts'
import { runNativeCodec } from './libraries/native-codecs.ts'
import { fitSamples } from './samples.ts'

/**
 * Decodes JPEG 2000 of up to 16 bits, three samples of up to 8. The codestream's own transform of colours is undone.
 * @throws AdapterError `damaged`; `unsupported` for three samples of more bits, which the decoder cuts off
 * @see PS3.5 §8.2.4
 */
export async function decodeJpeg2000(frame: CodedFrame): Promise<Uint8Array> {
  const { header, bytes } = findCodestream(frame)
  const { rows, columns, samplesPerPixel, bitsStored } = header
  if (samplesPerPixel !== 1 && (samplesPerPixel !== 3 || bitsStored > 8)) {
    throw unsupported(`JPEG 2000 of ${samplesPerPixel} samples with ${bitsStored} bits`)
  }
  const image = { rows, columns, samplesPerPixel, bitsStored, bitsAllocated: bitsStored <= 8 ? 8 : 16 } as const
  const decoded = await runNativeCodec('DecodeJpeg2000', image, bytes).catch(notDecoded('JPEG 2000'))
  return fitSamples(decoded, bitsStored, frame.description)
}

/**
 * Encodes JPEG 2000 of up to 16 bits, or three samples of up to 8. RGB is transformed.
 * @param ratio of compression to aim at; `undefined` for lossless
 * @see PS3.5 §8.2.4
 */
export async function encodeJpeg2000(
  native: Uint8Array,
  description: PixelDescription,
  ratio: number | undefined,
): Promise<Uint8Array> {
  const { rows, columns, samplesPerPixel, pixelRepresentation } = description
  const { bytes, precision } = codedSamples(native, description)
  const isSigned = pixelRepresentation === 1
  const clipsNegative = isSigned && precision <= 8
  const isRgb = description.photometricInterpretation === 'RGB'
  const encoded = await runNativeCodec(
    'EncodeJpeg2000',
    {
      rows,
      columns,
      samplesPerPixel,
      bitsStored: precision,
      bitsAllocated: precision <= 8 ? 8 : 16,
      signed: isSigned && !clipsNegative,
      isRgb,
    },
    clipsNegative ? biased(bytes, precision) : bytes,
    { Lossy: ratio === undefined ? 0 : 1, AllowMct: isRgb ? 1 : 0, ...(ratio !== undefined && { Rate: ratio }) },
  )
  if (clipsNegative) setSigned(encoded, samplesPerPixel, true)
  return encoded
}
