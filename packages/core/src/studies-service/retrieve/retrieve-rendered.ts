import { type BulkDataRange, tags } from '@sansfilm/dicom'
import type { InstanceScope } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import { DicomwebError } from '../../errors.ts'
import { compressedMediaTypeOf } from '../../media-types/dicom-media-types.ts'
import { resourceCategory } from '../../media-types/resource-category.ts'
import { notFound } from './access.ts'
import { ownForms, valuePayload } from './bulk-data-payload.ts'
import { documentForms } from './encapsulated-document.ts'
import { instanceScopeOf, type RetrieveRequest } from './request.ts'
import type { Retrieved } from './response.ts'

/**
 * Rendered Resources that need no rendering: an encapsulated document in its own media type, and a video as it is stored.
 * @throws DicomwebError `not-implemented` for everything that would have to be drawn
 * @see PS3.18 §10.4.1.1.3, §8.7.4
 */
export async function retrieveRenderedResource(request: RetrieveRequest, backend: Backend): Promise<Retrieved> {
  const { scope, frames } = request
  if (scope.instance === undefined || frames !== undefined) throw await nothingDraws(request, backend)
  const instance = instanceScopeOf(request)
  const found = await backend.index.frames(instance, [])
  if (found === undefined) throw notFound()
  const { stored, pixelData } = found
  switch (resourceCategory(stored, pixelData)) {
    case 'video': {
      const value = await bulkDataRange(instance, tags.PixelData, backend)
      // "A Transfer Syntax Media Type parameter is not permitted for Rendered Media Types" (§8.7.4).
      const video = compressedMediaTypeOf(stored.transferSyntax)
      if (value === undefined || video === undefined) break
      return valuePayload(request, stored, value, ownForms(video.mediaType), backend)
    }
    case 'text': {
      const value = await bulkDataRange(instance, tags.EncapsulatedDocument, backend)
      const forms = value === undefined ? [] : await documentForms(instance, value.length, backend.index)
      if (value === undefined || forms.length === 0) break
      return valuePayload(request, stored, value, forms, backend)
    }
  }
  throw await nothingDraws(request, backend)
}

async function bulkDataRange(
  instance: Required<InstanceScope>,
  path: string,
  { index }: Backend,
): Promise<BulkDataRange | undefined> {
  return (await index.bulkData(instance, path))?.ranges[0]
}

/**
 * Thumbnail Resources, which are always drawn. 501 tells viewers for good that there are none, and they fall back.
 * @throws DicomwebError `not-implemented`, `not-found`
 * @see PS3.18 §10.4.1.1.4
 */
export async function retrieveThumbnailResource(request: RetrieveRequest, backend: Backend): Promise<Retrieved> {
  throw await nothingDraws(request, backend)
}

async function nothingDraws({ scope }: RetrieveRequest, { index }: Backend): Promise<DicomwebError> {
  if ((await index.state(scope)) === undefined) return notFound()
  return new DicomwebError(
    'not-implemented',
    'This server draws no images: only encapsulated documents and videos have a rendered form. Frames are at …/frames/{frames}.',
  )
}
