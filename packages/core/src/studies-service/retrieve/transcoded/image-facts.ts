import {
  type Dataset,
  numberOf,
  type PixelDataLayout,
  type PixelDescription,
  pixelDescriptionOf,
  tags,
} from '@sansfilm/dicom'
import { LRUCache } from 'lru-cache'
import type { StoredInstance } from '../../../adapters/index.ts'
import type { Backend } from '../../../backend.ts'
import { decodePreparedMetadata } from '../../prepared-metadata.ts'
import { assertUnchanged, changedMeanwhile } from '../access.ts'

/** What has to be known of an instance to take its pixel data to another transfer syntax. */
export interface ImageFacts {
  /** Absent where the instance has no pixel data. */
  readonly layout: PixelDataLayout | undefined
  /** Absent where the attributes describe no image. */
  readonly description: PixelDescription | undefined
  /** Number of Frames as the attributes have it, which may be more than have bytes. */
  readonly frames: number
  /** Whether the frames are tiles of a larger image (PS3.3 §C.7.6.17). */
  readonly isTiled: boolean
  /** Those attributes of the data set that a new image needs, where it has them. */
  readonly attributes: Dataset
}

/** Attributes that say what was done to an image before (PS3.3 §C.7.6.1). */
const historyTags = [
  tags.ImageType,
  tags.DerivationDescription,
  tags.LossyImageCompression,
  tags.LossyImageCompressionRatio,
  tags.LossyImageCompressionMethod,
]

/** By the digest of the instance. To find them, all of its metadata is parsed. */
const known = new LRUCache<string, ImageFacts>({ max: 4096 })

/** @throws DicomwebError `unavailable` where the instance is replaced or removed meanwhile */
export async function imageFactsOf(stored: StoredInstance, { index }: Pick<Backend, 'index'>): Promise<ImageFacts> {
  const before = known.get(stored.digest)
  if (before !== undefined) return before
  const found = await index.frames(stored, [])
  assertUnchanged(found?.stored, stored)
  const dataset = await datasetOf(stored, index)
  const layout = found?.pixelData
  const facts: ImageFacts = {
    layout,
    description: layout && pixelDescriptionOf(dataset, layout.tag),
    frames: numberOf(dataset, tags.NumberOfFrames) ?? 1,
    isTiled: dataset[tags.TotalPixelMatrixColumns] !== undefined,
    attributes: Object.fromEntries(historyTags.flatMap((tag) => (dataset[tag] ? [[tag, dataset[tag]]] : []))),
  }
  known.set(stored.digest, facts)
  return facts
}

async function datasetOf(stored: StoredInstance, index: Backend['index']): Promise<Dataset> {
  for await (const { metadata } of index.metadata(stored)) return await decodePreparedMetadata(metadata, '')
  throw changedMeanwhile()
}
