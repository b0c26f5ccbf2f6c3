import { type BulkDataRange, lookupTransferSyntax, tags, vrs } from '@sansfilm/dicom'
import type { StoredInstance } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import { type Content, sliceContent } from '../../http/content.ts'
import { instancePath } from '../prepared-metadata.ts'
import { assertUnchanged } from './access.ts'
import { joinedFragments } from './fragments.ts'
import { lookUpFrames } from './frame-source.ts'
import { frameItem } from './frames-payload.ts'
import { instanceBytes } from './instance-bytes.ts'
import { littleEndianContent } from './little-endian-content.ts'
import type { PayloadItem } from './parts.ts'

/** Frames looked up at a time. */
const framesAtOnce = 1024

/** The Content-Types of what is sent; what has none is left out. */
export interface BulkDataContentTypes {
  readonly octets: string | undefined
  readonly compressed: string | undefined
}

const pixelDataTags: ReadonlySet<string> = new Set([tags.PixelData, tags.FloatPixelData, tags.DoubleFloatPixelData])

/** Whether a range holds one representation a frame: encapsulated pixel data at the top level, that is no video. */
export function isFrameWise({ path, encapsulated }: BulkDataRange, { transferSyntax }: StoredInstance): boolean {
  return encapsulated && pixelDataTags.has(path) && lookupTransferSyntax(transferSyntax)?.video !== true
}

/**
 * The representations of bulk data ranges of one instance: one for each, or for each frame of compressed pixel data.
 * @throws DicomwebError `unavailable` where the instance is replaced or removed meanwhile
 * @see PS3.18 §8.7.3.3
 */
export async function* bulkDataItems(
  stored: StoredInstance,
  ranges: readonly BulkDataRange[],
  contentTypes: BulkDataContentTypes,
  root: string,
  backend: Backend,
): AsyncIterable<PayloadItem> {
  for (const range of ranges) {
    const contentType = range.encapsulated ? contentTypes.compressed : contentTypes.octets
    if (contentType === undefined) continue
    if (isFrameWise(range, stored)) yield* frameItems(stored, contentType, root, backend)
    else
      yield {
        content: await bulkDataContent(stored, range, backend),
        contentType,
        location: bulkDataLocation(root, stored, range),
      }
  }
}

/** The URL by which metadata names the value. */
export function bulkDataLocation(root: string, stored: StoredInstance, { path }: BulkDataRange): string {
  return `${root}${instancePath(stored)}/bulkdata/${path}`
}

/** One attribute's value: native in little endian order, encapsulated as its fragments joined without item headers. */
export async function bulkDataContent(
  stored: StoredInstance,
  range: BulkDataRange,
  { storage }: Pick<Backend, 'storage'>,
): Promise<Content> {
  const bytes = instanceBytes(stored, storage)
  if (range.encapsulated) return joinedFragments(bytes, range, 1)
  const { unit } = vrs[range.vr]
  if (lookupTransferSyntax(stored.transferSyntax)?.bigEndian !== true || unit === 1) return sliceContent(bytes, range)
  return littleEndianContent(bytes, range, range, unit)
}

async function* frameItems(
  stored: StoredInstance,
  contentType: string,
  root: string,
  backend: Backend,
): AsyncIterable<PayloadItem> {
  const found = await backend.index.frames(stored, [])
  assertUnchanged(found?.stored, stored)
  const last = found?.pixelData?.frames ?? 0
  for (let first = 1; first <= last; first += framesAtOnce) {
    const frames = Array.from({ length: Math.min(framesAtOnce, last - first + 1) }, (_, i) => first + i)
    const source = await lookUpFrames(stored, frames, backend)
    assertUnchanged(source.stored, stored)
    for (const frame of frames) yield frameItem(source, frame, contentType, root)
  }
}
