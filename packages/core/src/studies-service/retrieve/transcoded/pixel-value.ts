import { type Encapsulation, fragmentHeader, joinBits } from '@sansfilm/dicom'
import { bytesContent, type Content, concatContent, pulledContent } from '../../../http/content.ts'
import { within } from '../within.ts'
import type { TranscodedFrames } from './transcoded-frames.ts'

const padding = bytesContent(Buffer.alloc(1))

/**
 * Native pixel data of all frames, without padding at its end: one directly after the other, bits too.
 * @see PS3.5 §8.1.1, PS3.18 §8.7.3.3.1
 */
export function nativePixels(frames: TranscodedFrames): Content & { readonly length: number } {
  const { frameBits } = frames.target
  if (frameBits === undefined) throw new Error('Native pixel data was asked of encapsulated frames')
  const length = Math.ceil((frameBits * frames.length) / 8)
  if (frameBits % 8 !== 0) {
    const joined = () => joinBits(eachFrame(frames), frameBits)
    return { length, read: async (range = { offset: 0, length }) => within(joined(), range) }
  }
  const whole = pulledContent(() => eachContent(frames))
  return { length, read: (range) => whole.read(range) }
}

/** The value field: of even length. */
export function nativeValue(frames: TranscodedFrames): Content & { readonly length: number } {
  const pixels = nativePixels(frames)
  if (pixels.length % 2 === 0) return pixels
  return { ...concatContent([pixels, padding]), length: pixels.length + 1 }
}

/** All items, from the offset table to before the delimiter: a frame is one fragment, and of even length (PS3.5 §A.4). */
export function encapsulatedValue(
  frames: TranscodedFrames,
  lengths: readonly number[],
  { offsetTable, length }: Encapsulation,
): Content & { readonly length: number } {
  const whole = pulledContent(() => items(frames, lengths, offsetTable))
  return { length, read: (range) => whole.read(range) }
}

function* items(frames: TranscodedFrames, lengths: readonly number[], offsetTable: Buffer): Iterable<Content> {
  yield bytesContent(offsetTable)
  for (const [place, length] of lengths.entries()) {
    yield bytesContent(fragmentHeader(length))
    yield { ...frames.content(place), length }
    if (length % 2 === 1) yield padding
  }
}

function* eachContent(frames: TranscodedFrames): Iterable<Content> {
  for (let place = 0; place < frames.length; place++) yield frames.content(place)
}

async function* eachFrame(frames: TranscodedFrames): AsyncIterable<Uint8Array> {
  for (let place = 0; place < frames.length; place++) yield await frames.frame(place)
}
