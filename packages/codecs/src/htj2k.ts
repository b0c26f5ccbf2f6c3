import type { CodedFrame } from '@sansfilm/core/adapters'
import type { PixelDescription } from '@sansfilm/dicom'
import { codedSamples, shareOfRange } from './coded-samples.ts'
import { notDecoded } from './errors.ts'
import { assertWhole, biased, findCodestream, setSigned, unbiased } from './jpeg-2000-codestream.ts'
import { openJph } from './libraries/openjph.ts'
import { fitSamples } from './samples.ts'

/**
 * Decodes High-Throughput JPEG 2000 of up to 16 bits. The codestream's own transform of colours is undone.
 * @throws AdapterError `damaged`
 * @see PS3.5 §10.18
 */
export async function decodeHtj2k(frame: CodedFrame): Promise<Uint8Array> {
  const { header, bytes } = findCodestream(frame)
  assertWhole(bytes)
  const clipsNegative = header.signed && header.bitsStored <= 8
  const decoded = await decode(bytes, clipsNegative ? header.samplesPerPixel : 0)
  return fitSamples(
    clipsNegative ? unbiased(decoded, header.bitsStored) : decoded,
    header.bitsStored,
    frame.description,
  )
}

/** @param unsigned how many components are to be decoded as if their samples had no sign */
function decode(bytes: Uint8Array, unsigned: number): Promise<Uint8Array> {
  return openJph
    .use(({ HTJ2KDecoder }) => {
      const decoder = new HTJ2KDecoder()
      const encoded = decoder.getEncodedBuffer(bytes.length)
      encoded.set(bytes)
      setSigned(encoded, unsigned, false)
      decoder.decode()
      const samples = decoder.getDecodedBuffer().slice()
      decoder.delete()
      return samples
    })
    .catch(notDecoded('HTJ2K'))
}

/** As OpenJPH counts: resolution, position, component, layer. */
const rpcl = 2

/**
 * Encodes High-Throughput JPEG 2000 of up to 16 bits, or three samples of up to 8. RGB is transformed. Resolutions come
 * one after the other, each in a tile-part of its own that a TLM segment points to, so that any of it may be had first.
 * @param step of quantization, as a part of the range in which the samples lie; `undefined` for lossless
 * @see PS3.5 §10.18: what the RPCL options ask for
 */
export async function encodeHtj2k(
  native: Uint8Array,
  description: PixelDescription,
  step: number | undefined,
): Promise<Uint8Array> {
  const { rows, columns, samplesPerPixel, pixelRepresentation } = description
  const samples = codedSamples(native, description)
  const { bytes, precision } = samples
  const isSigned = pixelRepresentation === 1
  const clipsNegative = isSigned && precision <= 8
  const encoded = await openJph.use(({ HTJ2KEncoder }) => {
    const encoder = new HTJ2KEncoder()
    encoder
      .getDecodedBuffer({
        width: columns,
        height: rows,
        bitsPerSample: precision,
        componentCount: samplesPerPixel,
        isSigned: isSigned && !clipsNegative,
        isUsingColorTransform: description.photometricInterpretation === 'RGB',
      })
      .set(clipsNegative ? biased(bytes, precision) : bytes)
    encoder.setDecompositions(decompositions(rows, columns))
    encoder.setQuality(step === undefined, (step ?? 0) * shareOfRange(samples, isSigned))
    encoder.setProgressionOrder(rpcl)
    encoder.setTLMMarker(true)
    encoder.setTilePartDivisionsAtResolutions(true)
    encoder.encode()
    const codestream = encoder.getEncodedBuffer().slice()
    encoder.delete()
    return codestream
  })
  if (clipsNegative) setSigned(encoded, samplesPerPixel, true)
  return encoded
}

/**
 * Until the smallest image has no side above 64 (PS3.5 §10.18), 5 at least, but no more than the image can be halved. Never
 * none: OpenJPH then spoils rows of 8 bits.
 */
function decompositions(rows: number, columns: number): number {
  const toSmall = Math.ceil(Math.log2(Math.max(rows, columns) / 64))
  return Math.max(1, Math.min(Math.max(toSmall, 5), Math.floor(Math.log2(Math.min(rows, columns)))))
}
