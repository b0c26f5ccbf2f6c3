import type { InstanceScope } from '../../adapters/index.ts'
import type { Context } from '../../context.ts'
import { DicomwebError } from '../../errors.ts'
import type { DicomwebRequest } from '../../http/message.ts'
import { type AcceptableMediaTypes, parseAcceptableMediaTypes } from '../../media-types/acceptable-media-types.ts'
import { partitionRoot, type Target } from '../resources.ts'

/** A parsed Retrieve request. */
export interface RetrieveRequest {
  readonly method: string
  readonly headers: DicomwebRequest['headers']
  readonly scope: InstanceScope
  /** `{frames}` and the path after `bulkdata/`, as they stand in the URL. */
  readonly frames: string | undefined
  readonly bulkdata: string | undefined
  readonly acceptable: AcceptableMediaTypes
  /** The query, percent-encoded, without its question mark: rendered resources have parameters. */
  readonly query: string
  /** Aborts when the client has gone. */
  readonly signal?: AbortSignal
  /** Absolute URL below which the partition's resources lie. */
  readonly root: string
}

/** @see PS3.18 §10.4.1 */
export function parseRetrieveRequest(request: DicomwebRequest, target: Target, context: Context): RetrieveRequest {
  const { study, series, instance, frames, bulkdata } = target
  if (study === undefined) throw new DicomwebError('bad-request', 'A retrieve needs a study, series or instance.')
  return {
    method: request.method,
    headers: request.headers,
    scope: {
      partition: context.partition,
      study,
      ...(series !== undefined && { series }),
      ...(instance !== undefined && { instance }),
    },
    frames,
    bulkdata,
    acceptable: parseAcceptableMediaTypes(request),
    query: request.url.slice(request.url.indexOf('?') + 1 || request.url.length),
    ...(request.signal !== undefined && { signal: request.signal }),
    root: partitionRoot(request.serviceRoot, context.partition),
  }
}

/** The scope of a resource that lies below an instance. */
export function instanceScopeOf({ scope }: RetrieveRequest): Required<InstanceScope> {
  const { partition, study, series, instance } = scope
  if (series === undefined || instance === undefined) throw new DicomwebError('bad-request', 'An instance is needed.')
  return { partition, study, series, instance }
}
