import type { Backend } from '../../backend.ts'
import type { Transaction } from '../../transaction.ts'
import { authorizeRetrieve } from './access.ts'
import { parseRetrieveRequest, type RetrieveRequest } from './request.ts'
import { type Retrieved, retrieveResponse } from './response.ts'
import { retrieveBulkdataResource } from './retrieve-bulkdata.ts'
import { retrieveFrameList } from './retrieve-frames.ts'
import { retrieveInstanceObjects } from './retrieve-instances.ts'
import { retrieveMetadataDocument } from './retrieve-metadata.ts'
import { retrievePixelDataResource } from './retrieve-pixel-data.ts'
import { retrieveRenderedResource } from './retrieve-rendered.ts'
import { retrieveThumbnailResource } from './retrieve-thumbnail.ts'

/** @see PS3.18 §10.4.1.1.1 */
export const retrieveInstances = retrieveTransaction('instances', retrieveInstanceObjects)

/** @see PS3.18 §10.4.1.1.2 */
export const retrieveMetadata = retrieveTransaction('metadata', retrieveMetadataDocument)

/** @see PS3.18 §10.4.1.1.6 */
export const retrieveFrames = retrieveTransaction('frames', retrieveFrameList)

/** @see PS3.18 §10.4.1.1.5 */
export const retrieveBulkdata = retrieveTransaction('bulkdata', retrieveBulkdataResource)

/** @see PS3.18 §10.4.1.1.6 */
export const retrievePixelData = retrieveTransaction('pixeldata', retrievePixelDataResource)

/** @see PS3.18 §10.4.1.1.3 */
export const retrieveRendered = retrieveTransaction('rendered', retrieveRenderedResource)

/** @see PS3.18 §10.4.1.1.4 */
export const retrieveThumbnail = retrieveTransaction('thumbnail', retrieveThumbnailResource)

/** Parse, authorize, run, respond: the same for every resource. */
function retrieveTransaction(
  resource: string,
  run: (request: RetrieveRequest, backend: Backend) => Promise<Retrieved>,
): Transaction {
  return async (request, target, context, backend) => {
    const retrieve = parseRetrieveRequest(request, target, context)
    await authorizeRetrieve(retrieve, context, backend)
    return retrieveResponse(retrieve, await run(retrieve, backend), resource, context, backend)
  }
}
