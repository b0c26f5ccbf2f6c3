import { randomUUID } from 'node:crypto'
import { type Dataset, encodeNativeModel, formatJsonModel } from '@sansfilm/dicom'
import { bytesContent } from '../../http/content.ts'
import { boundaryFor } from '../../http/multipart-related/boundary.ts'
import { multipartRelated } from '../../http/multipart-related/write.ts'
import type { SelectedSearchMediaType } from './media-type.ts'

/** Results in their media type, made as they are pulled. */
export interface Results {
  readonly contentType: string
  readonly chunks: AsyncIterable<Uint8Array>
}

/** Chunks go out at about this size. */
const chunkBytes = 32 * 1024

/**
 * One data set for each match: a JSON array, or parts of XML.
 * @see PS3.18 §10.6.3.3, §8.7.3.2
 */
export async function formatResults(
  datasets: AsyncIterable<Dataset>,
  { model, mediaType }: SelectedSearchMediaType,
): Promise<Results> {
  const { contentType, chunks } =
    model === 'xml' ? await xmlParts(datasets, mediaType) : { contentType: mediaType, chunks: jsonArray(datasets) }
  return { contentType, chunks: inLargeChunks(chunks) }
}

async function* jsonArray(datasets: AsyncIterable<Dataset>): AsyncIterable<Uint8Array> {
  let before = '['
  for await (const dataset of datasets) {
    yield Buffer.from(before + formatJsonModel(dataset))
    before = ',\n'
  }
  yield Buffer.from(']')
}

async function xmlParts(datasets: AsyncIterable<Dataset>, type: string): Promise<Results> {
  const content = multipartRelated(() => partsOf(datasets, type), { type, boundary: boundaryFor(randomUUID()) })
  const bytes = await content.read()
  return { contentType: content.contentType, chunks: bytes instanceof Uint8Array ? oneChunk(bytes) : bytes }
}

async function* partsOf(datasets: AsyncIterable<Dataset>, type: string) {
  for await (const dataset of datasets) {
    yield {
      headers: [['Content-Type', type]] as const,
      content: bytesContent(Buffer.from(encodeNativeModel(dataset))),
    }
  }
}

async function* oneChunk(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}

async function* inLargeChunks(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let held: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    held.push(chunk)
    size += chunk.length
    if (size < chunkBytes) continue
    yield Buffer.concat(held)
    held = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(held)
}
