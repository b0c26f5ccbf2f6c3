import { type Dataset, DatasetError, decodeJsonModel, decodeNativeModel } from '@sansfilm/dicom'
import type { Limits } from '../../backend.ts'
import { DicomwebError } from '../../errors.ts'
import { collectBytes } from '../../http/byte-stream.ts'
import { mediaTypes } from '../../media-types/dicom-media-types.ts'
import type { MetadataMediaType } from './request.ts'

/**
 * Reads a metadata part of a store request: an array of models in JSON, one document in XML.
 * @param before bytes of the request's metadata that were read before: they are kept until the last part has come, so the
 *   limit is for all together
 * @throws DicomwebError `bad-request`, `payload-too-large`
 * @see PS3.18 §10.5.1.4
 */
export async function readMetadata(
  body: AsyncIterable<Uint8Array>,
  representation: MetadataMediaType,
  { maxMetadataBytes, maxDepth, maxParts }: Limits,
  before: number,
): Promise<{ readonly datasets: readonly Dataset[]; readonly length: number }> {
  const bytes = await collectBytes(
    body,
    maxMetadataBytes - before,
    () => new DicomwebError('payload-too-large', `Metadata is longer than ${maxMetadataBytes} bytes.`),
  )
  try {
    if (representation === mediaTypes.dicomXml)
      return { datasets: [decodeNativeModel(bytes, { maxBytes: maxMetadataBytes, maxDepth })], length: bytes.length }
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    // Clients with one instance leave out the array.
    const models: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed]
    if (models.length > maxParts)
      throw new DicomwebError('payload-too-large', `The metadata is of more than ${maxParts} instances.`)
    return { datasets: models.map((model) => decodeJsonModel(model, { maxDepth })), length: bytes.length }
  } catch (cause) {
    if (cause instanceof DatasetError)
      throw new DicomwebError('bad-request', `The metadata cannot be read. ${cause.message}`, { cause })
    if (cause instanceof SyntaxError || cause instanceof TypeError) {
      throw new DicomwebError('bad-request', 'The metadata is not JSON in UTF-8.', { cause })
    }
    throw cause
  }
}
