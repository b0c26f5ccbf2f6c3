import { tags } from '@sansfilm/dicom'
import type { Backend } from '../../backend.ts'
import { assertUnchanged, notFound } from './access.ts'
import { bulkDataForms, bulkDataPayload, valuePayload } from './bulk-data-payload.ts'
import { documentForms } from './encapsulated-document.ts'
import { instanceScopeOf, type RetrieveRequest } from './request.ts'
import type { Retrieved } from './response.ts'
import { scopeBulkDataPayload } from './scope-bulk-data-payload.ts'

/**
 * Bulkdata Resources: one attribute where the path names it, all of a study, series or instance otherwise.
 * @throws DicomwebError `not-found`, `not-acceptable`
 * @see PS3.18 §10.4.1.1.5
 */
export async function retrieveBulkdataResource(request: RetrieveRequest, backend: Backend): Promise<Retrieved> {
  if (request.bulkdata === undefined) return retrieveAllBulkdata(request, backend)
  const scope = instanceScopeOf(request)
  const found = await backend.index.bulkData(scope, request.bulkdata.toUpperCase())
  const range = found?.ranges[0]
  if (found === undefined || range === undefined) throw notFound()
  const { stored } = found
  if (range.path !== tags.EncapsulatedDocument) return bulkDataPayload(request, stored, range, backend)
  const forms = [...bulkDataForms(stored, range), ...(await documentForms(scope, range.length, backend.index))]
  return valuePayload(request, stored, range, forms, backend)
}

/** Everything that metadata names by a BulkDataURI. */
export function retrieveAllBulkdata(request: RetrieveRequest, backend: Backend): Promise<Retrieved> {
  return scopeBulkDataPayload(request, backend, 'bulkdata', async (stored) => {
    const found = await backend.index.bulkData(stored)
    assertUnchanged(found?.stored, stored)
    return found?.ranges ?? []
  })
}
