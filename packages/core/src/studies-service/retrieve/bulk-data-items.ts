import { type BulkDataRange, lookupTransferSyntax, tags, vrs } from '@sansfilm/dicom'
import { isAboutPixelData } from '../../adapters/adapter-error.ts'
import type { StoredInstance } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import { type Content, sliceContent } from '../../http/content.ts'
import type { SelectedMediaType } from '../../media-types/selected-media-type.ts'
import { instancePath } from '../prepared-metadata.ts'
import { assertUnchanged } from './access.ts'
import { joinedFragments } from './fragments.ts'
import { lookUpFrames } from './frame-source.ts'
import { frameItem } from './frames-payload.ts'
import { instanceBytes } from './instance-bytes.ts'
import { littleEndianContent } from './little-endian-content.ts'
import { contentTypeOf, type PayloadItem } from './parts.ts'
import type { RetrieveRequest } from './request.ts'
import { transcodedPixelItems } from './transcoded/pixel-items.ts'

/** Frames looked up at a time. */
const framesAtOnce = 1024

/** In what each kind of bulk data is sent; what has none is left out. */
export interface BulkDataForms {
  /** The Content-Type of values as such. */
  readonly octets: string | undefined
  /** The Content-Type of compressed pixel data that is not of the image itself, and of video. */
  readonly compressed: string | undefined
  /** Of the pixel data of images. */
  readonly pixelData: SelectedMediaType | undefined
  /** Of pixel data that turns out not to be decodable; absent: the reason is thrown. */
  readonly otherwise?: SelectedMediaType | undefined
}

const pixelDataTags: ReadonlySet<string> = new Set([tags.PixelData, tags.FloatPixelData, tags.DoubleFloatPixelData])

/** Whether a range holds the frames of an image: pixel data at the top level, that is no video. */
export function isPixelData({ path }: BulkDataRange, { transferSyntax }: StoredInstance): boolean {
  return pixelDataTags.has(path) && lookupTransferSyntax(transferSyntax)?.video !== true
}

/**
 * The representations of bulk data ranges of one instance: one for each, or for each frame of compressed pixel data.
 * @throws DicomwebError `unavailable` where the instance is replaced or removed meanwhile; AdapterError `unavailable`
 * @see PS3.18 §8.7.3.3
 */
export async function* bulkDataItems(
  stored: StoredInstance,
  ranges: readonly BulkDataRange[],
  forms: BulkDataForms,
  request: Pick<RetrieveRequest, 'root' | 'signal'>,
  backend: Backend,
): AsyncIterable<PayloadItem> {
  for (const range of ranges) {
    if (isPixelData(range, stored)) {
      if (forms.pixelData !== undefined)
        yield* await pixelDataItems(stored, range, forms.pixelData, forms.otherwise, request, backend)
      continue
    }
    const contentType = range.encapsulated ? forms.compressed : forms.octets
    if (contentType !== undefined) yield await valueItem(stored, range, contentType, request.root, backend)
  }
}

async function valueItem(
  stored: StoredInstance,
  range: BulkDataRange,
  contentType: string,
  root: string,
  backend: Backend,
): Promise<PayloadItem> {
  return {
    content: await bulkDataContent(stored, range, backend),
    contentType,
    location: bulkDataLocation(root, stored, range),
  }
}

async function pixelDataItems(
  stored: StoredInstance,
  range: BulkDataRange,
  selected: SelectedMediaType,
  otherwise: SelectedMediaType | undefined,
  request: Pick<RetrieveRequest, 'root' | 'signal'>,
  backend: Backend,
): Promise<Iterable<PayloadItem> | AsyncIterable<PayloadItem>> {
  const contentType = contentTypeOf(selected)
  if (selected.available.transcoded !== true)
    return range.encapsulated
      ? frameItems(stored, contentType, request.root, backend)
      : [await valueItem(stored, range, contentType, request.root, backend)]
  try {
    return await transcodedPixelItems(stored, range, selected, request, backend)
  } catch (error) {
    if (!isAboutPixelData(error) || otherwise === undefined) throw error
    return pixelDataItems(stored, range, otherwise, undefined, request, backend)
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
