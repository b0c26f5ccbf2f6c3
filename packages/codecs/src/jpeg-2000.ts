import type { CodedFrame } from '@sansfilm/core/adapters'
import type { PixelDescription } from '@sansfilm/dicom'
import { codedSamples } from './coded-samples.ts'
import { notDecoded } from './errors.ts'
import { biased, findCodestream, setSigned } from './jpeg-2000-codestream.ts'
import { runNativeCodec } from './libraries/native-codecs.ts'
import { openJpeg } from './libraries/openjpeg.ts'
import { fitSamples } from './samples.ts'

/**
 * Decodes JPEG 2000 of up to 16 bits, with one sample or three. The codestream's own transform of colours is undone.
 * @throws AdapterError `damaged`; `unsupported` for other numbers of samples
 * @see PS3.5 §8.2.4
 */
export async function decodeJpeg2000(frame: CodedFrame): Promise<Uint8Array> {
  const { header, bytes } = findCodestream(frame)
  const { rows, columns, samplesPerPixel, bitsStored } = header
  const image = { rows, columns, samplesPerPixel, bitsStored, bitsAllocated: bitsStored <= 8 ? 8 : 16 } as const
  // The decoder that tells of errors cuts three deep samples off.
  const isDeepColour = samplesPerPixel === 3 && bitsStored > 8
  const decoding = isDeepColour ? decodeDeepColour(bytes) : runNativeCodec('DecodeJpeg2000', image, bytes)
  return fitSamples(await decoding.catch(notDecoded('JPEG 2000')), bitsStored, frame.description)
}

function decodeDeepColour(bytes: Uint8Array): Promise<Uint8Array> {
  return openJpeg.use(({ J2KDecoder }) => {
    const decoder = new J2KDecoder()
    decoder.getEncodedBuffer(bytes.length).set(bytes)
    decoder.decode()
    const decoded = new Uint8Array(decoder.getDecodedBuffer().buffer)
    decoder.delete()
    return decoded
  })
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
