import { encodeNativeModel } from '@sansfilm/dicom'
import type { InstanceIndex, InstanceScope } from '../../adapters/index.ts'
import { bytesContent } from '../../http/content.ts'
import { decodePreparedMetadata, instancePath, preparedMetadataText } from '../prepared-metadata.ts'
import type { PayloadItem } from './parts.ts'

/** So many bytes of prepared metadata are inflated at a time, and become a chunk. */
const batchBytes = 64 * 1024

/** The DICOM JSON Model of every instance of the scope, as one array (PS3.18 §F.2.1). */
export async function* metadataJson(
  scope: InstanceScope,
  root: string,
  index: InstanceIndex,
): AsyncIterable<Uint8Array> {
  let before = '['
  for await (const batch of preparedBatches(scope, index)) {
    yield Buffer.from(before)
    yield await preparedMetadataText(batch, root)
    before = ','
  }
  yield Buffer.from(before === '[' ? '[]' : ']')
}

async function* preparedBatches(scope: InstanceScope, index: InstanceIndex): AsyncIterable<readonly Uint8Array[]> {
  let batch: Uint8Array[] = []
  let length = 0
  for await (const { metadata } of index.metadata(scope)) {
    batch.push(metadata)
    length += metadata.length
    if (length < batchBytes) continue
    yield batch
    batch = []
    length = 0
  }
  if (batch.length > 0) yield batch
}

/** The Native DICOM Model of every instance of the scope, one document each (PS3.19 §A.1). */
export async function* metadataXml(
  scope: InstanceScope,
  root: string,
  index: InstanceIndex,
  contentType: string,
): AsyncIterable<PayloadItem> {
  for await (const { stored, metadata } of index.metadata(scope)) {
    const document = encodeNativeModel(await decodePreparedMetadata(metadata, root))
    yield {
      content: bytesContent(Buffer.from(document)),
      contentType,
      location: `${root}${instancePath(stored)}/metadata`,
    }
  }
}
