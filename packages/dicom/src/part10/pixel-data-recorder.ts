import type { Dataset } from '../dataset.ts'
import { tags } from '../dictionary/dictionary.ts'
import { assignFragments, packFrames } from '../pixel-data/assign-fragments.ts'
import { codestreamStartLength, FragmentList, startsCodestream } from '../pixel-data/fragment-list.ts'
import { nativeFrames, numberOfFramesOf } from '../pixel-data/frames.ts'
import type { BulkDataRange, PixelDataLayout } from '../pixel-data/pixel-data-layout.ts'
import type { Tag } from '../tag.ts'
import { ByteCollector } from './byte-collector.ts'
import type { FragmentHeader } from './element-events.ts'

/** The attributes that hold the pixels of an image: at most one stands in a data set (PS3.3 §C.7.6.24). */
export function isPixelDataTag(tag: Tag): boolean {
  return tag === tags.PixelData || tag === tags.FloatPixelData || tag === tags.DoubleFloatPixelData
}

/** EOI, or EOC of JPEG 2000, and the zero that makes a fragment even (PS3.5 §A.4). */
const endMarkerAndPad = 0xff_d900

/** Notes what of the pixel data passes by, and says in the end where the frames are. */
export class PixelDataRecorder {
  #tag: Tag | undefined
  #range: BulkDataRange | undefined
  readonly #fragments = new FragmentList()
  readonly #basicOffsetTable = new ByteCollector()
  readonly #extendedOffsetTable = new ByteCollector()
  /** The first bytes of the fragment at hand. */
  readonly #start = Buffer.alloc(codestreamStartLength)
  #startLength = 0
  /** The last three bytes of the fragments so far, as one number. */
  #tail = 0

  /** The value is complete. The first one of an object counts. */
  found(tag: Tag, range: BulkDataRange): void {
    if (this.#range !== undefined) return
    this.#tag = tag
    this.#range = range
  }

  addToExtendedOffsetTable(bytes: Uint8Array): void {
    this.#extendedOffsetTable.add(bytes)
  }

  addToFragment(fragment: FragmentHeader, bytes: Buffer): void {
    if (fragment.index === 0) this.#basicOffsetTable.add(bytes)
    else {
      if (this.#startLength < codestreamStartLength) this.#startLength += bytes.copy(this.#start, this.#startLength)
      for (const byte of bytes.subarray(-3)) this.#tail = ((this.#tail << 8) | byte) & 0xff_ffff
    }
  }

  endFragment({ index, offset, length }: FragmentHeader): void {
    if (index === 0) return
    this.#fragments.add(offset, length, {
      startsCodestream: startsCodestream(this.#start.subarray(0, this.#startLength)),
      endsPadded: this.#tail === endMarkerAndPad,
    })
    this.#startLength = 0
  }

  finish(dataset: Dataset): {
    readonly pixelData: PixelDataLayout | undefined
    readonly frameBlocks: readonly Uint8Array[]
  } {
    if (this.#tag === undefined || this.#range === undefined) return { pixelData: undefined, frameBlocks: [] }
    const { vr, encapsulated, offset, length } = this.#range
    const value = { tag: this.#tag, vr, encapsulated, offset, length }
    if (!encapsulated) return { pixelData: { ...value, ...nativeFrames(dataset, length) }, frameBlocks: [] }
    const starts = assignFragments(this.#fragments, {
      numberOfFrames: numberOfFramesOf(dataset),
      basicOffsetTable: this.#basicOffsetTable.view(),
      extendedOffsetTable: this.#extendedOffsetTable.view(),
    })
    return {
      pixelData: { ...value, frames: starts.length - 1, frameBits: 0 },
      frameBlocks: packFrames(this.#fragments, starts),
    }
  }
}
