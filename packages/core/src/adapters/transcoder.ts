import type { PixelDescription, Uid } from '@sansfilm/dicom'

/** One frame in a transfer syntax. */
export interface CodedFrame {
  readonly transferSyntax: Uid
  readonly description: PixelDescription
  /**
   * Encapsulated: the codestream, its fragments joined. Native: the samples in little endian order, the first pixel at
   * bit 0, whatever the byte order of `transferSyntax`.
   */
  readonly bytes: Uint8Array
}

/** How a frame is encoded. */
export interface TranscodeOptions {
  /** 1 to 100, of lossy encodings. */
  readonly quality?: number
  /**
   * Whether the frame is a tile of a larger image (PS3.3 §C.7.6.17). One at the edge may be coded smaller than its
   * description says, and is then filled up with 0.
   */
  readonly isTile?: boolean
  /** Ends the work when nobody waits for it any more. */
  readonly signal?: AbortSignal
}

/**
 * Takes frames from one transfer syntax to another, off the event loop. Frames are independent of each other: to transcode
 * frame n only frame n is given.
 */
export interface Transcoder {
  /** Differs where the same frame may give other bytes; part of entity tags and of the keys of what is kept. */
  readonly version: string
  /** Transfer Syntax UIDs whose frames can be decoded. Native ones are among them. */
  readonly decodes: ReadonlySet<Uid>
  /** Transfer Syntax UIDs that frames can be encoded in. Native ones are among them, and stand for little endian samples. */
  readonly encodes: ReadonlySet<Uid>
  /**
   * How a frame of `description` will be described in `target`, known before any pixel is: Photometric Interpretation,
   * Planar Configuration, Bits Allocated; `undefined` where that syntax cannot hold such pixels (8-bit baseline JPEG of
   * 12-bit samples, say).
   */
  describe(source: Omit<CodedFrame, 'bytes'>, target: Uid): PixelDescription | undefined
  /**
   * The frame in `target`; its description is the one `describe` gives.
   * @throws AdapterError `unsupported` where no codec fits; `damaged` where the frame does not decode, or its codestream has
   *   another size, sample count or depth than `description`; `unavailable` where too much work waits already
   */
  transcode(frame: CodedFrame, target: Uid, options?: TranscodeOptions): Promise<CodedFrame>
}
