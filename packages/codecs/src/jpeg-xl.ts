import type { CodedFrame } from '@sansfilm/core/adapters'
import { assertAgreement } from './check-codestream.ts'
import { damaged, notDecoded, unsupported } from './errors.ts'
import { readJpegXlHeader } from './jpeg-xl-header.ts'
import { runNativeCodec } from './libraries/native-codecs.ts'
import { fitSamples, samplesOf } from './samples.ts'

/**
 * Decodes JPEG XL of up to 16 bits: gray, or colours as RGB.
 * @throws AdapterError `damaged`
 * @see PS3.5 §8.2.15
 */
export async function decodeJpegXl({ description, bytes }: CodedFrame): Promise<Uint8Array> {
  const header = readJpegXlHeader(bytes)
  if (header === undefined) throw damaged('The frame has no readable codestream header')
  assertAgreement(description, header)
  const { rows, columns, samplesPerPixel, bitsStored } = header
  if (bitsStored > 16) throw unsupported(`JPEG XL of ${bitsStored} bits`)
  const image = { rows, columns, samplesPerPixel, bitsStored, bitsAllocated: bitsStored <= 8 ? 8 : 16 } as const
  const decoded = await runNativeCodec('DecodeJpegXl', image, bytes).catch(notDecoded('JPEG XL'))
  unscale(decoded, bitsStored)
  return fitSamples(decoded, bitsStored, description)
}

/** The decoder spreads samples over 8 or 16 bits, however few they have. */
function unscale(decoded: Uint8Array, bitsStored: number): void {
  const bits = bitsStored <= 8 ? 8 : 16
  if (bitsStored === bits) return
  const samples = samplesOf(decoded, bits)
  const part = (2 ** bitsStored - 1) / (2 ** bits - 1)
  for (let i = 0; i < samples.length; i++) samples[i] = Math.round((samples[i] as number) * part)
}
