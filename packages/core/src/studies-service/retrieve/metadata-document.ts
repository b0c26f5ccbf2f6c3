import { encodeNativeModel } from '@sansfilm/dicom'
import type { InstanceIndex, InstanceScope } from '../../adapters/index.ts'
import { bytesContent } from '../../http/content.ts'
import { decodePreparedMetadata, instancePath, preparedMetadataText } from '../prepared-metadata.ts'
import type { PayloadItem } from './parts.ts'

/** Texts are joined to chunks of about this many bytes: fewer, larger writes. */
const chunkLength = 64 * 1024

const comma = Buffer.from(',')

/** The DICOM JSON Model of every instance of the scope, as one array (PS3.18 §F.2.1). */
export async function* metadataJson(
  scope: InstanceScope,
  root: string,
  index: InstanceIndex,
): AsyncIterable<Uint8Array> {
  let held: Uint8Array[] = [Buffer.from('[')]
  let length = 0
  let first = true
  for await (const { metadata } of index.metadata(scope)) {
    const text = await preparedMetadataText(metadata, root)
    if (!first) held.push(comma)
    first = false
    held.push(text)
    length += text.length
    if (length < chunkLength) continue
    yield Buffer.concat(held)
    held = []
    length = 0
  }
  yield Buffer.concat([...held, Buffer.from(']')])
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
