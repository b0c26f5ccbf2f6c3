import { numberOf, stringOf, tags } from '@sansfilm/dicom'
import type { InstanceIndex, InstanceScope } from '../../adapters/index.ts'
import { parseMediaType } from '../../http/media-type.ts'
import { documentMediaTypes } from '../../media-types/dicom-media-types.ts'
import { decodePreparedMetadata } from '../prepared-metadata.ts'
import { ownForms, type ValueForm } from './bulk-data-payload.ts'

/**
 * The media type an encapsulated document has by itself, as its instance says; none where that is not known to be harmless.
 * @param length bytes of the stored value, which may be padded
 * @see PS3.3 §C.24.2
 */
export async function documentForms(
  scope: Required<InstanceScope>,
  length: number,
  index: InstanceIndex,
): Promise<readonly ValueForm[]> {
  for await (const { metadata } of index.metadata(scope)) {
    const dataset = await decodePreparedMetadata(metadata, '')
    const mediaType = parseMediaType(stringOf(dataset, tags.MIMETypeOfEncapsulatedDocument) ?? '')?.type
    if (mediaType === undefined || !documentMediaTypes.has(mediaType)) return []
    const unpadded = numberOf(dataset, tags.EncapsulatedDocumentLength)
    return ownForms(mediaType, unpadded === length - 1 ? unpadded : length)
  }
  return []
}
