import type { CodedFrame } from '@sansfilm/core/adapters'
import { checkCodestream } from './check-codestream.ts'
import { damaged } from './errors.ts'
import { charls } from './libraries/charls.ts'
import { fitSamples, interleave } from './samples.ts'

/** As CharLS counts: components one after the other. */
const byComponent = 0

/**
 * Decodes JPEG-LS, lossless and near-lossless, of 2 to 16 bits.
 * A codestream damaged in its scan header can keep CharLS busy for seconds: callers need a deadline.
 * @throws AdapterError `damaged`
 * @see PS3.5 §8.2.3
 */
export async function decodeJpegLs(frame: CodedFrame): Promise<Uint8Array> {
  const { bitsStored, samplesPerPixel } = checkCodestream(frame)
  const { decoded, mode } = await decode(frame.bytes)
  const isPlanar = samplesPerPixel > 1 && mode === byComponent
  const samples = isPlanar ? interleave(decoded, samplesPerPixel, bitsStored <= 8 ? 1 : 2) : decoded
  return fitSamples(samples, bitsStored, frame.description)
}

async function decode(bytes: Uint8Array): Promise<{ readonly decoded: Uint8Array; readonly mode: number }> {
  try {
    return await charls.use(({ JpegLSDecoder }) => {
      const decoder = new JpegLSDecoder()
      decoder.getEncodedBuffer(bytes.length).set(bytes)
      decoder.decode()
      const decoded = new Uint8Array(decoder.getDecodedBuffer().buffer)
      const mode = decoder.getInterleaveMode()
      decoder.delete()
      return { decoded, mode }
    })
  } catch (error) {
    throw damaged('The JPEG-LS codestream does not decode', error)
  }
}
