import { decodeFrameSpan, type FrameSpan, frameBlockOf, type PixelDataLayout, tags } from '@sansfilm/dicom'
import type { InstanceIndex, InstanceScope, InstanceStorage, StoredInstance } from '../../adapters/index.ts'
import { DicomwebError } from '../../errors.ts'
import type { Content } from '../../http/content.ts'
import { resourceCategory } from '../../media-types/resource-category.ts'
import { assertUnchanged, notFound } from './access.ts'
import { instanceBytes } from './instance-bytes.ts'

/** Where the frames asked for lie, and the bytes they lie in. */
export interface FrameSource {
  readonly stored: StoredInstance
  readonly layout: PixelDataLayout
  readonly bytes: Content
  /** Of encapsulated frames, by their number. */
  readonly spans: ReadonlyMap<number, FrameSpan>
}

/** Blocks fetched at a time: 1 MB of frame table. */
const blocksAtOnce = 64

/**
 * Looks frames up: one look-up in the index for what a viewer asks, whichever frame it is.
 * @throws DicomwebError `not-found` where there is no instance, no pixel data, or a frame lies beyond the last;
 *   `not-acceptable` for a video, which "is encoded as a single video representation" (PS3.18 §8.7.3.3.2);
 *   `unavailable` where the instance is replaced meanwhile
 */
export async function lookUpFrames(
  scope: Required<InstanceScope>,
  frames: readonly number[],
  { index, storage }: { readonly index: InstanceIndex; readonly storage: InstanceStorage },
): Promise<FrameSource> {
  const blocks = [...new Set(frames.map((frame) => frameBlockOf(frame).block))]
  const spans = new Map<number, FrameSpan>()
  let source: FrameSource | undefined
  for (let at = 0; at < blocks.length || source === undefined; at += blocksAtOnce) {
    const found = await index.frames(scope, blocks.slice(at, at + blocksAtOnce))
    if (found === undefined) throw notFound()
    const { stored, pixelData: layout } = found
    if (layout === undefined) throw new DicomwebError('not-found', 'The instance has no pixel data.')
    if (resourceCategory(stored, layout) === 'video')
      throw new DicomwebError(
        'not-acceptable',
        'A video is one representation of all its frames: it is at …/pixeldata, and needs a decoder to be taken apart.',
      )
    source ??= { stored, layout, bytes: instanceBytes(stored, storage), spans }
    assertUnchanged(stored, source.stored)
    refuseBeyond(frames, layout)
    for (const frame of layout.encapsulated ? frames : []) {
      const { block, index: place } = frameBlockOf(frame)
      const bytes = found.blocks.get(block)
      const span = bytes === undefined ? undefined : decodeFrameSpan(bytes, place)
      if (span !== undefined) spans.set(frame, span)
    }
  }
  return source
}

function refuseBeyond(frames: readonly number[], { frames: last, tag }: PixelDataLayout): void {
  const beyond = frames.find((frame) => frame > last)
  if (beyond === undefined) return
  const name = tag === tags.PixelData ? 'pixel data' : 'floating point pixel data'
  throw new DicomwebError('not-found', `There is no frame ${beyond}: the ${name} has ${last} of them.`, {
    members: { frames: last },
  })
}
