import type { Backend } from '../backend.ts'
import type { Context } from '../context.ts'
import { DicomwebError } from '../errors.ts'
import { parseAccept, preferredType } from '../http/accept.ts'
import type { DicomwebRequest, DicomwebResponse } from '../http/message.ts'
import type { Matched } from '../router.ts'
import { partitionRoot } from '../studies-service/resources.ts'
import { studiesServiceRoutes } from '../studies-service/routes.ts'
import { describeCapabilities } from './describe.ts'
import { producedPayloads } from './payloads.ts'
import { toJson, toXml } from './wadl.ts'
import { whyWithheld } from './withheld.ts'

/** PS3.18 §8.9.4. */
const mediaTypes = ['application/vnd.sun.wadl+xml', 'application/json'] as const

/**
 * Retrieve Capabilities: what this service does at the resource and below it, of what it can produce and the
 * deployment has not switched off.
 * @throws DicomwebError `not-acceptable`
 * @see PS3.18 §8.9
 */
export async function respondWithCapabilities(
  request: DicomwebRequest,
  { template, allow }: Matched,
  { partition }: Context,
  backend: Backend,
): Promise<DicomwebResponse> {
  const mediaType = preferredType(parseAccept(request.headers.accept), mediaTypes)
  if (mediaType === undefined)
    throw new DicomwebError('not-acceptable', `Capabilities are described in ${mediaTypes.join(' and ')}.`, {
      members: { available: mediaTypes },
    })
  const draws = backend.renderer !== undefined
  const offered = studiesServiceRoutes.filter(
    (route) => whyWithheld(route, backend) === undefined && producedPayloads(route, draws).length > 0,
  )
  const description = describeCapabilities(offered, partitionRoot(request.serviceRoot, partition), template, draws)
  const text = mediaType === 'application/json' ? JSON.stringify(toJson(description)) : toXml(description)
  return {
    status: 200,
    headers: { 'content-type': mediaType, allow: allow.join(', ') },
    body: Buffer.from(text),
  }
}
