import type { CodedFrame } from '@sansfilm/core/adapters'
import { damaged } from './errors.ts'
import { findCodestream, setSigned, shiftBytes } from './jpeg-2000-codestream.ts'
import { openJph } from './libraries/openjph.ts'
import { fitSamples } from './samples.ts'

/**
 * Decodes High-Throughput JPEG 2000 of up to 16 bits. The codestream's own transform of colours is undone.
 * @throws AdapterError `damaged`
 * @see PS3.5 §8.2.4
 */
export async function decodeHtj2k(frame: CodedFrame): Promise<Uint8Array> {
  const { header, bytes } = findCodestream(frame)
  const clipsNegative = header.signed && header.bitsStored <= 8
  try {
    const decoded = await openJph.use(({ HTJ2KDecoder }) => {
      const decoder = new HTJ2KDecoder()
      const encoded = decoder.getEncodedBuffer(bytes.length)
      encoded.set(bytes)
      if (clipsNegative) setSigned(encoded, header.samplesPerPixel, false)
      decoder.decode()
      const samples = decoder.getDecodedBuffer().slice()
      decoder.delete()
      return samples
    })
    if (clipsNegative) shiftBytes(decoded, header.bitsStored)
    return fitSamples(decoded, header.bitsStored, frame.description)
  } catch (error) {
    throw damaged('The HTJ2K codestream does not decode', error)
  }
}
