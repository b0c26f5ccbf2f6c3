import { createRequire } from 'node:module'
import type { Raster } from '../pixels/raster.ts'
import { reuseRaster, takeRaster } from '../pixels/raster-memory.ts'

// Most of what it exports is found out when it is loaded, which a static import does not see.
const jpegTurbo = createRequire(import.meta.url)('@julusian/jpeg-turbo') as typeof import('@julusian/jpeg-turbo')
const { FORMAT_GRAY, FORMAT_RGB, SAMP_420, SAMP_444, SAMP_GRAY } = jpegTurbo

/**
 * A baseline JPEG, made in this thread in one call: through sharp, which hands it to two threads more, a slice takes three
 * times as long and a thumbnail twelve times.
 * @param quality 1 to 100; from 90 on, colours are kept pixel by pixel
 */
export function encodeJpeg({ data, width, height, channels }: Raster, quality: number): Uint8Array {
  const format = channels === 1 ? FORMAT_GRAY : FORMAT_RGB
  const subsampling = channels === 1 ? SAMP_GRAY : quality >= 90 ? SAMP_444 : SAMP_420
  const room = takeRaster(jpegTurbo.bufferSize({ width, height, subsampling }))
  const options = { width, height, format, subsampling, quality }
  const coded = jpegTurbo.compressSync(bufferOn(data), bufferOn(room), options)
  const bytes = new Uint8Array(coded)
  reuseRaster(room)
  return bytes
}

const bufferOn = ({ buffer, byteOffset, length }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, length)
