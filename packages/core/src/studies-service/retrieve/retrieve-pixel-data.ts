import type { BulkDataRange, PixelDataLayout } from '@sansfilm/dicom'
import type { Backend } from '../../backend.ts'
import { DicomwebError } from '../../errors.ts'
import { assertUnchanged, notFound } from './access.ts'
import { bulkDataPayload } from './bulk-data-payload.ts'
import { instanceScopeOf, type RetrieveRequest } from './request.ts'
import type { Retrieved } from './response.ts'
import { scopeBulkDataPayload } from './scope-bulk-data-payload.ts'

/**
 * Pixel Data Resources of a study, series or instance: Pixel Data, Float or Double Float Pixel Data of the top level.
 * @throws DicomwebError `not-found`, `not-acceptable`
 * @see PS3.18 §10.4.1.1.6, §10.4.3.3.6
 */
export async function retrievePixelDataResource(request: RetrieveRequest, backend: Backend): Promise<Retrieved> {
  if (request.scope.instance === undefined)
    return scopeBulkDataPayload(request, backend, 'pixeldata', async (stored) => {
      const found = await backend.index.frames(stored, [])
      assertUnchanged(found?.stored, stored)
      return rangesOf(found?.pixelData)
    })
  const found = await backend.index.frames(instanceScopeOf(request), [])
  if (found === undefined) throw notFound()
  const [range] = rangesOf(found.pixelData)
  if (range === undefined) throw new DicomwebError('not-found', 'The instance has no pixel data.')
  return bulkDataPayload(request, found.stored, range, backend)
}

function rangesOf(layout: PixelDataLayout | undefined): readonly BulkDataRange[] {
  if (layout === undefined) return []
  const { tag: path, vr, offset, length, encapsulated } = layout
  return [{ path, vr, offset, length, encapsulated }]
}
