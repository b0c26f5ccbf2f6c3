import type { CodedFrame } from '@sansfilm/core/adapters'
import { damaged } from './errors.ts'
import { nativeLength } from './frame-size.ts'

/** 16 numbers of 32 bits: how many segments, and where each begins (PS3.5 §G.5). */
const headerLength = 64

/**
 * Decodes RLE Lossless: a segment for each byte of a sample, the most significant first, each as long as the image has
 * pixels; of one-bit pixels, a segment of packed bits.
 * @throws AdapterError `damaged`
 * @see PS3.5 Annex G
 */
export function decodeRle({ description, bytes }: CodedFrame): Uint8Array {
  const { samplesPerPixel, bitsAllocated } = description
  const decoded = new Uint8Array(nativeLength(description))
  const bytesPerSample = Math.ceil(bitsAllocated / 8)
  const step = samplesPerPixel * bytesPerSample
  const segments = segmentsOf(bytes, step)
  if (step === 1) {
    decodeSegment(segments[0] as Uint8Array, decoded) // `segmentsOf` gives as many as asked for
    return decoded
  }
  // Each segment is decoded by itself and then spread: far faster than spreading byte by byte.
  const plane = new Uint8Array(decoded.length / step)
  for (const [i, segment] of segments.entries()) {
    decodeSegment(segment, plane)
    const sample = Math.floor(i / bytesPerSample)
    let to = sample * bytesPerSample + bytesPerSample - 1 - (i % bytesPerSample)
    for (let pixel = 0; pixel < plane.length; pixel++, to += step) decoded[to] = plane[pixel] as number
  }
  return decoded
}

function segmentsOf(bytes: Uint8Array, count: number): readonly Uint8Array[] {
  if (bytes.length < headerLength) throw damaged('The RLE header is cut off')
  const header = new DataView(bytes.buffer, bytes.byteOffset, headerLength)
  const found = header.getUint32(0, true)
  if (found !== count) {
    throw damaged(`${found} RLE segments; Samples per Pixel and Bits Allocated need ${count}`)
  }
  return Array.from({ length: count }, (_, i) => {
    const start = header.getUint32(4 + 4 * i, true)
    const end = i + 1 < count ? header.getUint32(8 + 4 * i, true) : bytes.length
    if (start < headerLength || start > end || end > bytes.length)
      throw damaged(`RLE segment ${i + 1} lies outside the frame`)
    return bytes.subarray(start, end)
  })
}

/** Fills `plane` from the runs of a segment (PS3.5 §G.3.2); what follows in the segment is padding. */
function decodeSegment(segment: Uint8Array, plane: Uint8Array): void {
  let from = 0
  let to = 0
  while (to < plane.length && from < segment.length) {
    const control = segment[from++] as number
    if (control < 128) {
      const count = Math.min(control + 1, plane.length - to)
      if (from + count > segment.length) break
      for (let i = 0; i < count; i++) plane[to++] = segment[from + i] as number
      from += control + 1
    } else if (control > 128) {
      if (from >= segment.length) break
      const end = Math.min(to + 257 - control, plane.length)
      const value = segment[from++] as number
      while (to < end) plane[to++] = value
    }
  }
  if (to < plane.length) throw damaged(`An RLE segment decodes to ${to} bytes, expected ${plane.length}`)
}
