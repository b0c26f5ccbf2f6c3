import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { type Dicomweb, DicomwebError, defaultPartition } from '@sansfilm/core'
import { toNode } from '@sansfilm/node'
import express, { type Express, type Request, type Response } from 'express'
import type { Logger } from 'pino'
import { paths, prefixOf } from './addresses.ts'
import type { ServerConfig } from './config.ts'
import { cutOffStalled } from './cut-off-stalled.ts'
import { healthRouter } from './health.ts'
import { homeRouter } from './home/home-router.ts'
import { logRequests, requestIdOf } from './log.ts'
import type { Archive } from './open-archive.ts'
import { answerErrors, sendProblem } from './problem.ts'
import type { Readiness } from './readiness.ts'
import { pageHeaders } from './security-headers.ts'
import { uploadRouter } from './upload/upload-router.ts'
import { version } from './version.ts'
import { viewerRouter } from './viewer/viewer-router.ts'

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
 * for an answer as they do.
 */
export function createApp(options: AppOptions): RequestListener {
  const { config, dicomweb, log } = options
  const logRequest = logRequests(log)
  const watch = cutOffStalled(config.idleTimeout)
  const pages = createPages(options)
  const trustsProxy = proxyRule(pages)
  const mount = (service: Parameters<typeof toNode>[0], mountPath: string) =>
    toNode(service, {
      mountPath,
      trustsProxy,
      contextOf: (_request, response) => ({ requestId: requestIdOf(response) }),
      ...(config.publicUrl !== undefined && { publicUrl: `${config.publicUrl}${mountPath}` }),
    })
  const studies = mount(dicomweb, paths.dicomweb)
  const wado = mount(dicomweb.uriService, paths.wado)
  return (request, response) => {
    logRequest(request, response)
    watch(request, response)
    studies(request, response, () => wado(request, response, () => pages(request, response)))
  }
}

/** Whom Express believes, as `trust proxy` says it. */
function proxyRule(app: Express): (address: string) => boolean {
  const trusts = app.get('trust proxy fn') as (address: string, hops: number) => boolean // Express compiles the setting
  return (address) => trusts(address, 0)
}

/** What is for people: pages, the viewer, uploads; and health. */
function createPages({ config, archive, dicomweb, log, readiness, stopping }: AppOptions): Express {
  const prefix = prefixOf(config.publicUrl)
  const viewerPath = `${prefix}${paths.viewer}/`
  const dicomwebPath = `${prefix}${paths.dicomweb}`
  const shared = {
    dicomweb,
    contextOf: (_request: Request, response: Response) => ({ requestId: requestIdOf(response) }),
    ...(config.publicUrl !== undefined && { publicOrigin: new URL(config.publicUrl).origin }),
  }
  const app = express()
  app.disable('x-powered-by')
  if (config.trustProxy !== undefined) app.set('trust proxy', config.trustProxy)

  app.use((_request, response, next) => {
    response.set('x-request-id', requestIdOf(response))
    next()
  })
  app.use(healthRouter({ readiness, stopping }))
  app.use(pageHeaders())
  app.use(
    paths.viewer,
    viewerRouter({ base: viewerPath, dicomweb: dicomwebPath, upload: !config.readOnly }, join(archive.cache, 'viewer')),
  )
  app.use(paths.upload, uploadRouter({ ...shared, spoolDirectory: join(archive.cache, 'upload') }))
  app.use(
    homeRouter({
      ...shared,
      index: archive.index,
      partition: defaultPartition,
      viewerPath,
      dicomwebPath,
      readOnly: config.readOnly,
      version,
    }),
  )
  app.use((_request, response) => {
    sendProblem(response, new DicomwebError('not-found', 'There is nothing at this path.'))
  })
  app.use(answerErrors(log))
  return app
}
