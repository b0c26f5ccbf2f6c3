import type { Dataset, PixelDataLayout, Uid } from '@sansfilm/dicom'

/** The source region and the size it is scaled to (PS3.18 §8.3.5.1.3). */
export interface Viewport {
  /** Pixels of the rendered image, at most; the aspect ratio of the region is kept. */
  readonly width: number
  readonly height: number
  /** In pixels of the source, from its top left corner at 0,0; to the right and bottom edge where a side is absent. */
  readonly region?: {
    readonly left: number
    readonly top: number
    readonly width?: number
    readonly height?: number
    readonly flipHorizontally: boolean
    readonly flipVertically: boolean
  }
}

/** @see PS3.18 §8.3.5.1.4, PS3.3 §C.11.2.1.2 */
export interface Window {
  readonly center: number
  readonly width: number
  readonly shape: 'linear' | 'linear-exact' | 'sigmoid'
}

/** How a Rendered Resource is asked for. @see PS3.18 §8.3.5.1 */
export interface RenderParameters {
  readonly annotation?: readonly ('patient' | 'technique')[]
  /** 1 to 100, of lossy media types. */
  readonly quality?: number
  /** Absent: the pixel matrix as it is stored. */
  readonly viewport?: Viewport
  /** Absent: the window or VOI LUT of the instance, or one made from its values. */
  readonly window?: Window
  readonly iccprofile?: 'no' | 'yes' | 'srgb' | 'adobergb' | 'rommrgb'
}

/** An instance to be rendered: its attributes, and its bytes when they are asked for. */
export interface RenderSource {
  /**
   * The whole data set without pixel data. Longer binary values have a BulkDataURI; what follows `/bulkdata/` in it is the
   * path by which `bulkData` gives the value.
   */
  readonly dataset: Dataset
  readonly transferSyntax: Uid
  /** Absent where the instance has no pixel data. */
  readonly layout?: PixelDataLayout
  /**
   * Frame `frame`, from 1, in the form of `CodedFrame.bytes`.
   * @param memory gives memory of a length for it to be read into; new memory where absent
   */
  frame(frame: number, memory?: (length: number) => Uint8Array): Promise<Uint8Array>
  /** The value at a path as `BulkDataRange` has it, in little endian order; `undefined` where there is none. */
  bulkData(path: string): Promise<Uint8Array | undefined>
}

/** A rendered image, video or document. */
export interface Rendering {
  readonly mediaType: string
  readonly bytes: Uint8Array
}

/** Draws instances, off the event loop. */
export interface Renderer {
  /** Differs where the same request may give other bytes; part of entity tags and of the keys of what is kept. */
  readonly version: string
  /**
   * The media types an instance can be rendered to, the default of its Resource Category first; none where it cannot be
   * drawn.
   * @param frames how many frames are asked for
   * @see PS3.18 Table 8.7.4-1
   */
  mediaTypesOf(source: Pick<RenderSource, 'dataset' | 'transferSyntax' | 'layout'>, frames: number): readonly string[]
  /**
   * Renders frames, in the order given, as one image, animation, video or document.
   * @param frames numbers from 1; empty for what has no frames
   * @param mediaType one of `mediaTypesOf`
   * @param presentation a presentation state to be applied, whose references name this instance
   * @throws AdapterError `unsupported`, `damaged`, `unavailable` as `Transcoder.transcode`
   */
  render(request: {
    readonly source: RenderSource
    readonly frames: readonly number[]
    readonly mediaType: string
    readonly parameters: RenderParameters
    readonly presentation?: RenderSource
    readonly signal?: AbortSignal
  }): Promise<Rendering>
  /**
   * A picture that stands for an instance that cannot be drawn, a report or a sound: what it is, without a word on the
   * patient (PS3.18 §10.4.3.3.4).
   * @param mediaType `image/jpeg` or `image/png`
   */
  symbol(request: {
    readonly dataset: Dataset
    readonly mediaType: string
    readonly viewport: Viewport
    readonly signal?: AbortSignal
  }): Promise<Rendering>
}
