import { joinedLength } from './extract.ts'
import type { FragmentList } from './fragment-list.ts'
import { encodeFrameTable, framesPerBlock } from './frame-table.ts'
import type { FrameSpan } from './pixel-data-layout.ts'

/** `FF D9 00`. */
const endMarkerAndPadLength = 3

/** What an instance says about its frames. Any of it may be wrong. */
export interface FrameHints {
  /** `undefined` where Number of Frames is not a number. */
  readonly numberOfFrames: number | undefined
  /** The value of the Basic Offset Table, 4 bytes an entry (PS3.5 §A.4). */
  readonly basicOffsetTable: Buffer | undefined
  /** The value of Extended Offset Table (7FE0,0001), 8 bytes an entry. */
  readonly extendedOffsetTable: Buffer | undefined
}

/** The first fragment of each frame, and the one after the last of the last. */
type FrameStarts = Uint32Array

/**
 * Decides which fragments make which frame. A table is believed only where each entry meets a fragment; after it the
 * starts of codestreams decide. Never more frames than fragments, whatever is declared.
 */
export function assignFragments(fragments: FragmentList, hints: FrameHints): FrameStarts {
  const { count } = fragments
  const { numberOfFrames } = hints
  if (count === 0) return new Uint32Array(1)
  if (numberOfFrames === 1) return Uint32Array.of(0, count)
  if (numberOfFrames === count) return oneEach(count)
  const tabled =
    startsByTable(fragments, hints.extendedOffsetTable, 8, numberOfFrames) ??
    startsByTable(fragments, hints.basicOffsetTable, 4, numberOfFrames)
  if (tabled !== undefined) return tabled
  const marked = startsByCodestream(fragments, numberOfFrames)
  if (marked !== undefined) return marked
  return numberOfFrames === undefined ? Uint32Array.of(0, count) : oneEach(Math.min(count, numberOfFrames))
}

/** Packs the span of every frame into the blocks of the frame table, one block in memory as objects at a time. */
export function packFrames(fragments: FragmentList, starts: FrameStarts): readonly Uint8Array[] {
  const blocks: Uint8Array[] = []
  const frames = starts.length - 1
  for (let first = 0; first < frames; first += framesPerBlock) {
    const spans: FrameSpan[] = []
    for (let frame = first; frame < Math.min(first + framesPerBlock, frames); frame++) {
      const from = starts[frame] as number
      const to = (starts[frame + 1] as number) - 1
      const offset = fragments.offset(from)
      const span = {
        offset,
        length: fragments.offset(to) + fragments.length(to) - offset,
        fragments: to - from + 1,
      }
      // A shorter frame ends in bytes of the one before it.
      spans.push({ ...span, padded: fragments.endsPadded(to) && joinedLength(span) >= endMarkerAndPadLength })
    }
    blocks.push(...encodeFrameTable(spans))
  }
  return blocks
}

function oneEach(frames: number): FrameStarts {
  return Uint32Array.from({ length: frames + 1 }, (_, i) => i)
}

/** Offsets count from the first item after the table, header included, to the item of each frame's first fragment (PS3.5 §A.4). */
function startsByTable(
  fragments: FragmentList,
  table: Buffer | undefined,
  width: 4 | 8,
  numberOfFrames: number | undefined,
): FrameStarts | undefined {
  if (table === undefined || table.length === 0 || table.length % width !== 0) return undefined
  const entries = table.length / width
  if (entries > fragments.count || (numberOfFrames !== undefined && entries !== numberOfFrames)) return undefined
  const starts = new Uint32Array(entries + 1)
  let fragment = -1
  for (let i = 0; i < entries; i++) {
    const wanted = width === 4 ? table.readUInt32LE(i * 4) : Number(table.readBigUInt64LE(i * 8))
    do fragment++
    while (fragment < fragments.count && fragments.offset(fragment) - fragments.offset(0) < wanted)
    if (fragment >= fragments.count || fragments.offset(fragment) - fragments.offset(0) !== wanted) return undefined
    if (i === 0 && fragment !== 0) return undefined
    starts[i] = fragment
  }
  starts[entries] = fragments.count
  return starts
}

function startsByCodestream(fragments: FragmentList, numberOfFrames: number | undefined): FrameStarts | undefined {
  if (!fragments.startsCodestream(0)) return undefined
  const starts: number[] = []
  for (let i = 0; i < fragments.count; i++) if (fragments.startsCodestream(i)) starts.push(i)
  starts.push(fragments.count)
  return Uint32Array.from(numberOfFrames === undefined ? starts : starts.slice(0, numberOfFrames + 1))
}
