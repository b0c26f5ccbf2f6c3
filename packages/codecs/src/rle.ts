import type { CodedFrame } from '@sansfilm/core/adapters'
import type { PixelDescription } from '@sansfilm/dicom'
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

/** Bytes in a run or a copy, at most. */
const maxRun = 128

/**
 * Encodes RLE Lossless. Runs end with their row, as the standard asks for; each segment is even in length.
 * @see PS3.5 Annex G
 */
export function encodeRle(native: Uint8Array, description: PixelDescription): Uint8Array {
  const { rows, columns, samplesPerPixel, bitsAllocated } = description
  const bytesPerSample = bitsAllocated / 8
  const step = samplesPerPixel * bytesPerSample
  const plane = new Uint8Array(rows * columns)
  const segments: Uint8Array[] = []
  for (let i = 0; i < step; i++) {
    const sample = Math.floor(i / bytesPerSample)
    let from = sample * bytesPerSample + bytesPerSample - 1 - (i % bytesPerSample)
    for (let pixel = 0; pixel < plane.length; pixel++, from += step) plane[pixel] = native[from] as number
    segments.push(encodeSegment(plane, columns))
  }
  const header = Buffer.alloc(headerLength)
  header.writeUInt32LE(segments.length)
  let offset = headerLength
  for (const [i, segment] of segments.entries()) {
    header.writeUInt32LE(offset, 4 + 4 * i)
    offset += segment.length
  }
  return Buffer.concat([header, ...segments])
}

/** PS3.5 §G.3.1, with a copy going on over a pair of equal bytes, which costs no more than a run. */
function encodeSegment(plane: Uint8Array, columns: number): Uint8Array {
  // A row that never repeats takes one control byte for each 128 bytes, and one for its rest.
  const segment = new Uint8Array(
    plane.length + Math.ceil(plane.length / columns) * (Math.ceil(columns / maxRun) + 1) + 1,
  )
  let to = 0
  for (let start = 0; start < plane.length; start += columns) {
    const end = Math.min(start + columns, plane.length)
    let copied = start
    let at = start
    const copy = (until: number): void => {
      for (; copied < until; ) {
        const count = Math.min(until - copied, maxRun)
        segment[to++] = count - 1
        segment.set(plane.subarray(copied, copied + count), to)
        to += count
        copied += count
      }
    }
    while (at < end) {
      let run = 1
      while (run < maxRun && at + run < end && plane[at + run] === plane[at]) run++
      if (run > 2) {
        copy(at)
        segment[to++] = 257 - run
        segment[to++] = plane[at] as number
        copied = at + run
      }
      at += run
    }
    copy(end)
  }
  return segment.slice(0, to + (to % 2))
}
