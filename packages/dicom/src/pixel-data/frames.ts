import { type Dataset, numberOf, stringOf, valuesOf } from '../dataset.ts'
import { tags } from '../dictionary/dictionary.ts'
import type { PixelDataLayout } from './pixel-data-layout.ts'

/** Where one native frame lies. */
export interface NativeFrameRange {
  readonly offset: number
  /** Bytes that hold the frame, the one it begins in and the one it ends in included. */
  readonly length: number
  /** Bits of the first byte that belong to the frame before; for `alignBits`. */
  readonly bitOffset: number
}

/**
 * The range of native frame `frame`, from 1.
 * @returns `undefined` where the instance has no such frame, or is encapsulated
 * @see PS3.5 §8.1.1
 */
export function nativeFrameRange(layout: PixelDataLayout, frame: number): NativeFrameRange | undefined {
  if (layout.encapsulated || !Number.isInteger(frame) || frame < 1 || frame > layout.frames) return undefined
  const firstBit = (frame - 1) * layout.frameBits
  const first = Math.floor(firstBit / 8)
  const bitOffset = firstBit % 8
  return { offset: layout.offset + first, length: Math.ceil((bitOffset + layout.frameBits) / 8), bitOffset }
}

/** Number of Frames: 1 where absent, `undefined` where it is not a number. */
export function numberOfFramesOf(dataset: Dataset): number | undefined {
  if (valuesOf(dataset, tags.NumberOfFrames)[0] === undefined) return 1
  const frames = numberOf(dataset, tags.NumberOfFrames)
  return frames === undefined ? undefined : Math.max(1, Math.floor(frames))
}

/**
 * Bits of a native frame and how many frames `length` bytes really hold; no frames where the image is not described.
 * @see PS3.3 §C.7.6.3
 */
export function nativeFrames(dataset: Dataset, length: number): Pick<PixelDataLayout, 'frames' | 'frameBits'> {
  const samples = numberOf(dataset, tags.SamplesPerPixel) ?? 1
  const bits =
    (numberOf(dataset, tags.Rows) ?? 0) *
    (numberOf(dataset, tags.Columns) ?? 0) *
    (numberOf(dataset, tags.BitsAllocated) ?? 0)
  const declared = numberOfFramesOf(dataset)
  const whole = bits * samples
  const subsampled = bits * samplesStored(dataset, samples)
  // Some writers name a subsampled interpretation over full samples: the length tells.
  const frameBits = subsampled < whole && whole * (declared ?? 1) <= length * 8 ? whole : subsampled
  if (!(frameBits > 0)) return { frames: 0, frameBits: 0 }
  const held = Math.floor((length * 8) / frameBits)
  return { frames: Math.min(declared ?? held, held), frameBits }
}

/** Samples a pixel has on average: chroma may be stored for every second pixel or row only (PS3.3 §C.7.6.3.1.2). */
function samplesStored(dataset: Dataset, samples: number): number {
  const interpretation = stringOf(dataset, tags.PhotometricInterpretation)
  if (samples !== 3) return samples
  if (interpretation === 'YBR_FULL_422' || interpretation === 'YBR_PARTIAL_422') return 2
  return interpretation === 'YBR_PARTIAL_420' ? 1.5 : samples
}
