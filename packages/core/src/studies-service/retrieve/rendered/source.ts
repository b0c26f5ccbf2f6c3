import type { Dataset, PixelDataLayout } from '@sansfilm/dicom'
import { LRUCache } from 'lru-cache'
import type { InstanceIndex, RenderSource, StoredInstance } from '../../../adapters/index.ts'
import type { Backend } from '../../../backend.ts'
import { measured } from '../../../http/content.ts'
import { decodePreparedMetadata } from '../../prepared-metadata.ts'
import { assertUnchanged, notFound } from '../access.ts'
import { bulkDataContent } from '../bulk-data-items.ts'
import { frameContent } from '../frame-content.ts'
import { lookUpFrames } from '../frame-source.ts'
import { readInto, readWhole } from '../whole-content.ts'

/** Longest value that is read for a renderer: palettes, profiles, overlays and waveforms, not images. */
const maxValueLength = 256 * 1024 * 1024

/**
 * A stored instance for a renderer: its prepared metadata, and its bytes as they are asked for.
 * @throws DicomwebError `not-found`
 */
export async function renderSourceOf(
  stored: StoredInstance,
  layout: PixelDataLayout | undefined,
  backend: Backend,
): Promise<RenderSource> {
  return {
    dataset: await datasetOf(stored, backend),
    transferSyntax: stored.transferSyntax,
    ...(layout !== undefined && { layout }),
    async frame(frame, memory = Buffer.allocUnsafe) {
      const content = await measured(frameContent(await lookUpFrames(stored, [frame], backend), frame))
      const bytes = memory(content.length)
      await readInto(bytes, content, backend.storage)
      return bytes
    },
    async bulkData(path) {
      const found = await backend.index.bulkData(stored, path)
      assertUnchanged(found?.stored, stored)
      const range = found?.ranges[0]
      if (range === undefined || range.length > maxValueLength) return undefined
      const content = await bulkDataContent(stored, range, backend)
      return readWhole(await content.read(), content.length ?? 0)
    },
  }
}

async function datasetOf(stored: StoredInstance, backend: Backend): Promise<Dataset> {
  const datasets = datasetsOf(backend)
  const kept = datasets.get(stored.digest)
  if (kept !== undefined) return kept
  for await (const { metadata } of backend.index.metadata(stored)) {
    const dataset = await decodePreparedMetadata(metadata, '')
    datasets.set(stored.digest, dataset, { size: 1 + metadata.length * bytesForPreparedByte })
    return dataset
  }
  throw notFound()
}

/** What objects take in memory for each byte of deflated text, about. */
const bytesForPreparedByte = 16

/** Of an eighth of what is kept in memory, one data set may take an eighth. */
const share = 8

/** Data sets by the digest of their instance, so that they never grow stale: a series is mostly looked at more than once. */
const caches = new WeakMap<InstanceIndex, LRUCache<string, Dataset>>()

function datasetsOf({ index, limits }: Backend): LRUCache<string, Dataset> {
  const maxSize = Math.max(1, Math.floor(limits.maxCacheBytes / share))
  const cache = caches.get(index) ?? new LRUCache({ maxSize, maxEntrySize: Math.max(1, Math.floor(maxSize / share)) })
  caches.set(index, cache)
  return cache
}
