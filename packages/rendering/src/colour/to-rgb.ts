import { AdapterError } from '@sansfilm/core/adapters'
import type { PixelDescription } from '@sansfilm/dicom'
import type { Raster } from '../pixels/raster.ts'
import { possibleRange, sampleReader, storedValuesOf } from '../pixels/stored-values.ts'
import { upsampleChroma } from './upsample-chroma.ts'
import { ybrToRgb } from './ybr-to-rgb.ts'

/**
 * A frame of three samples a pixel as red, green and blue.
 * @see PS3.3 §C.7.6.3.1.2
 */
export function toRgbRaster(bytes: Uint8Array, description: PixelDescription): Raster {
  const { rows, columns, photometricInterpretation } = description
  const upsampled = upsampleChroma(bytes, description)
  const data = interleave(to8Bits(upsampled, description), description.planarConfiguration)
  ybrToRgb(data, photometricInterpretation)
  return { width: columns, height: rows, channels: 3, data }
}

/** The most significant 8 bits of every sample; always a copy. */
function to8Bits(bytes: Uint8Array, description: PixelDescription): Uint8Array {
  const samples = description.rows * description.columns * 3
  if (description.samples === 'float') throw new AdapterError('unsupported', 'colours of floats are not drawn')
  const stored = storedValuesOf(bytes, description, samples)
  if (stored.bits === 8 && stored.shift === 0 && !stored.signed && stored.words instanceof Uint8Array) {
    return stored.words.slice()
  }
  const read = sampleReader(stored)
  const [low] = possibleRange(stored)
  const scale = stored.bits > 8 ? 2 ** (8 - stored.bits) : 255 / (2 ** stored.bits - 1)
  const drawn = new Uint8Array(samples)
  for (let i = 0; i < samples; i++) drawn[i] = (read(i) - low) * scale
  return drawn
}

function interleave(samples: Uint8Array, planarConfiguration: 0 | 1): Uint8Array {
  if (planarConfiguration === 0) return samples
  const pixels = samples.length / 3
  const interleaved = new Uint8Array(samples.length)
  for (let plane = 0; plane < 3; plane++) {
    for (let i = 0, o = plane; i < pixels; i++, o += 3) interleaved[o] = samples[plane * pixels + i] as number // within
  }
  return interleaved
}
