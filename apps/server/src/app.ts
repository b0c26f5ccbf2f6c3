import type { RequestListener } from 'node:http'
import type { Dicomweb } from '@sansfilm/core'
import { toNode } from '@sansfilm/node'
import type { Logger } from 'pino'
import { paths } from './addresses.ts'
import type { ServerConfig } from './config.ts'
import { cutOffStalled } from './cut-off-stalled.ts'
import { answerHealth } from './health.ts'
import { logRequests, requestIdOf } from './log.ts'
import type { Archive } from './open-archive.ts'
import { logFailure } from './problem.ts'
import type { Readiness } from './readiness.ts'
import { trustedProxies } from './trusted-proxies.ts'

/** What the app is made of. */
export interface AppOptions {
  readonly config: ServerConfig
  readonly archive: Archive
  readonly dicomweb: Dicomweb
  readonly log: Logger
  readonly readiness: () => Promise<Readiness>
  /** Whether the server is shutting down. */
  readonly stopping: () => boolean
}

/**
 * Everything the server answers, in the order it is looked for. The services come before Express, which takes as much time
 * for an answer as they do, and as much at a start as all that they need.
 */
export function createApp(options: AppOptions): RequestListener {
  const { config, dicomweb, log } = options
  const logRequest = logRequests(log)
  const watch = cutOffStalled(config.idleTimeout)
  const health = answerHealth(options)
  const pages = pagesWhenAsked(options)
  const trusts = trustedProxies(config.trustProxy)
  const mount = (service: Parameters<typeof toNode>[0], mountPath: string) =>
    toNode(service, {
      mountPath,
      trustsProxy: (address) => trusts(address, 0),
      contextOf: (_request, response) => ({ requestId: requestIdOf(response) }),
      ...(config.publicUrl !== undefined && { publicUrl: `${config.publicUrl}${mountPath}` }),
    })
  const studies = mount(dicomweb, paths.dicomweb)
  const wado = mount(dicomweb.uriService, paths.wado)
  const others: RequestListener = (request, response) => {
    response.setHeader('x-request-id', requestIdOf(response))
    health(request, response, () => pages(request, response))
  }
  return (request, response) => {
    logRequest(request, response)
    watch(request, response)
    studies(request, response, () => wado(request, response, () => others(request, response)))
  }
}

/** Loaded with the first of them: a server that is asked by programs alone has no use for it. */
function pagesWhenAsked(options: AppOptions): RequestListener {
  let loading: Promise<RequestListener> | undefined
  return async (request, response) => {
    try {
      loading ??= import('./pages.ts').then(({ createPages }) => createPages(options))
      const pages = await loading
      pages(request, response)
    } catch (error) {
      loading = undefined // the next request tries again
      logFailure(options.log, error, requestIdOf(response))
      response.writeHead(500, { 'content-length': 0 }).end()
    }
  }
}
