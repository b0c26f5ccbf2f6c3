import { randomUUID } from 'node:crypto'
import { isAboutPixelData } from './adapters/adapter-error.ts'
import type { Backend, Limits } from './backend.ts'
import { respondWithCapabilities } from './capabilities/respond.ts'
import { whyWithheld } from './capabilities/withheld.ts'
import type { Context } from './context.ts'
import { DicomwebError } from './errors.ts'
import { observeFailure } from './http/byte-stream.ts'
import { isPreflight } from './http/cors.ts'
import { finishResponse } from './http/finish.ts'
import type { DicomwebRequest, DicomwebResponse } from './http/message.ts'
import type { ObservedRequest } from './observe.ts'
import { type DicomwebOptions, resolveOptions } from './options.ts'
import { createRouter } from './router.ts'
import { statusReport } from './status-report.ts'
import { type DocumentStatistics, documentsOf } from './studies-service/document-cache.ts'
import { defaultPartition, type Target } from './studies-service/resources.ts'
import { studiesServiceRoutes } from './studies-service/routes.ts'
import { retrieveByUri } from './uri-service/retrieve-uri.ts'

/** A DICOMweb origin server, to be mounted in anything that speaks HTTP. */
export interface Dicomweb {
  /**
   * Answers a request; never rejects. `given` is what the embedding application knows better: who asks, and of which
   * partition. Failures while a body is pulled reject that pull: the connection must then be closed, not ended.
   */
  handle(request: DicomwebRequest, given?: Partial<Context>): Promise<DicomwebResponse>
  /**
   * Takes back a piece of an answer's body, just as it came, that has been written out and that nobody will look at again.
   * Its memory is then used for other answers, which spares most of the time of large ones; nobody has to.
   */
  reuse(piece: Uint8Array): void
  /** The URI Service (WADO-URI) over the same archive, to be mounted at a path of its own (PS3.18 §9). */
  readonly uriService: Pick<Dicomweb, 'handle' | 'reuse'>
  readonly backend: Backend
  /** What became of the prepared answers that are kept in memory: for metrics. */
  keptDocuments(): DocumentStatistics
}

/**
 * Makes a DICOMweb origin server of a storage and an index.
 * @example
 * const dicomweb = createDicomweb({ storage: memoryStorage(), index: memoryIndex() })
 * const { status } = await dicomweb.handle(
 *   { method: 'GET', url: '/studies', serviceRoot: 'https://pacs.example', headers: {}, body: null })
 * @throws TypeError for an option that cannot be used
 * @see PS3.18 §8.1, §10
 */
export function createDicomweb(options: DicomwebOptions): Dicomweb {
  const { backend, origins, observe } = resolveOptions(options)
  const matchRoute = createRouter(studiesServiceRoutes, (route) => whyWithheld(route, backend))

  async function answerStudiesService(request: IdentifiedRequest, begin: Begin): Promise<DicomwebResponse> {
    const matched = matchRoute(request.method, request.url)
    const context = begin(matched.target, {
      transaction: matched.route?.transaction ?? 'capabilities',
      category: matched.route?.category ?? 'capabilities',
      template: matched.template,
    })
    if (matched.route === undefined) return respondWithCapabilities(request, matched, context, backend)
    return matched.route.run(request, matched.target, context, backend)
  }

  function serve(answer: (request: IdentifiedRequest, begin: Begin) => Promise<DicomwebResponse>): Dicomweb['handle'] {
    const handle = async (
      request: DicomwebRequest,
      given: Partial<Context> = {},
      onMatched?: (observed: ObservedRequest) => void,
    ): Promise<DicomwebResponse> => {
      const known = { ...request, requestId: given.requestId ?? request.requestId ?? randomUUID() }
      let context: Context | undefined
      const reportBug = (error: unknown): void => backend.reportBug(error, context)
      const begin: Begin = (target, kind) => {
        context = contextOf(known, target, given, backend)
        onMatched?.({ ...kind, target, partition: context.partition })
        return context
      }
      const answered = async (): Promise<DicomwebResponse> => {
        if (isPreflight(known)) return { status: 204, headers: {}, body: null }
        checkUrlLength(known, backend.limits)
        return reportingFailures(await answer(known, begin), known, reportBug)
      }
      const response = await answered().catch((error) => statusReport(error, known, reportBug))
      return finishResponse(known, response, origins)
    }
    if (observe === undefined) return handle
    return (request, given) => observe(request, (watched, onMatched) => handle(watched, given, onMatched))
  }

  const reuse = (piece: Uint8Array): void => {
    backend.storage.reuse?.(piece)
    backend.derivedCache?.reuse?.(piece)
  }
  return {
    backend,
    reuse,
    keptDocuments: () => documentsOf(backend).statistics,
    handle: serve(answerStudiesService),
    uriService: { reuse, handle: serve((request, begin) => retrieveByUri(request, begin({}, uriRequest), backend)) },
  }
}

/** Gives the context of a request, once it is known what it is for; failures are reported with it. */
type Begin = (target: Target, kind: Omit<ObservedRequest, 'target' | 'partition'>) => Context

const uriRequest = { transaction: 'retrieve', category: 'uri' } as const

type IdentifiedRequest = DicomwebRequest & { readonly requestId: string }

function checkUrlLength({ url }: DicomwebRequest, { maxUrlLength }: Limits): void {
  if (url.length > maxUrlLength)
    throw new DicomwebError('uri-too-long', `Path and query may have ${maxUrlLength} characters.`)
}

/** @throws DicomwebError `not-found` for a partition that is not there, or is not the one the application gave */
function contextOf(
  request: IdentifiedRequest,
  target: Target,
  given: Partial<Context>,
  { partitions }: Backend,
): Context {
  const partition = target.partition ?? given.partition ?? defaultPartition
  if (!partitions.includes(partition) || (given.partition !== undefined && given.partition !== partition))
    throw new DicomwebError('not-found', 'There is no such partition.')
  return { partition, caller: given.caller ?? { id: 'anonymous' }, requestId: request.requestId }
}

/**
 * A body that fails on its way has no status any more: it is only reported, unless it was the client that left, what is stored
 * has changed, or an image is damaged.
 */
function reportingFailures(
  response: DicomwebResponse,
  { signal }: DicomwebRequest,
  report: (error: unknown) => void,
): DicomwebResponse {
  const { body } = response
  if (body === null || body instanceof Uint8Array) return response
  const observe = (error: unknown): void => {
    if (signal?.aborted !== true && !(error instanceof DicomwebError) && !isAboutPixelData(error)) report(error)
  }
  return { ...response, body: observeFailure(body, observe) }
}
