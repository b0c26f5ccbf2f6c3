import type { PixelDataLayout } from '@sansfilm/dicom'
import type { RenderSource, StoredInstance } from '../../../adapters/index.ts'
import type { Backend } from '../../../backend.ts'
import { measured } from '../../../http/content.ts'
import { decodePreparedMetadata } from '../../prepared-metadata.ts'
import { assertUnchanged, notFound } from '../access.ts'
import { bulkDataContent } from '../bulk-data-items.ts'
import { frameContent } from '../frame-content.ts'
import { lookUpFrames } from '../frame-source.ts'
import { readWhole } from '../whole-content.ts'

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
    async frame(frame) {
      const content = await measured(frameContent(await lookUpFrames(stored, [frame], backend), frame))
      return readWhole(await content.read(), content.length)
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

async function datasetOf(stored: StoredInstance, { index }: Backend): Promise<RenderSource['dataset']> {
  for await (const { metadata } of index.metadata(stored)) return await decodePreparedMetadata(metadata, '')
  throw notFound()
}
