import type { Tag } from '../tag.ts'
import type { VR } from '../vr.ts'

/**
 * A byte range of an instance. Offsets count from the start of the Part 10 object; where the transfer syntax is deflated
 * they count from the start of the inflated data set, since the stored bytes have no such place.
 */
export interface BulkDataRange {
  /** `7FE00010`, or tags and item numbers (from 1) down to it: `54000100/1/54001010`. */
  readonly path: string
  readonly vr: VR
  readonly offset: number
  /** Bytes of the value field, in the stored byte order; with encapsulation from the first item tag to before the sequence delimiter. */
  readonly length: number
  readonly encapsulated: boolean
}

/** Where the frames of an instance lie: all that is needed to read one without parsing DICOM. */
export interface PixelDataLayout {
  /** Pixel Data, Float Pixel Data or Double Float Pixel Data. */
  readonly tag: Tag
  readonly vr: VR
  readonly encapsulated: boolean
  /** The value field, as in `BulkDataRange`. */
  readonly offset: number
  readonly length: number
  /** Frames that have bytes: Number of Frames, or fewer where the pixel data ends early. */
  readonly frames: number
  /** Bits of one native frame; 0 where encapsulated. Frames of 1-bit pixels may start in mid byte (PS3.5 §8.1.1). */
  readonly frameBits: number
}

/** One encapsulated frame: a span of the object that holds its fragments with their item headers. */
export interface FrameSpan {
  /** Of the first byte of the first fragment's value. */
  readonly offset: number
  /** Up to the end of the last fragment's value, item headers between fragments included. */
  readonly length: number
  readonly fragments: number
  /**
   * Whether the last byte pads the marker that ends a codestream (`FF D9 00`), and is no part of the frame where the
   * transfer syntax has that marker. Absent in tables that were written before this was noted.
   */
  readonly padded?: boolean
}
