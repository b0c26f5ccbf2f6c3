import { join } from 'node:path'
import { type Dicomweb, DicomwebError, defaultPartition } from '@sansfilm/core'
import { toExpress } from '@sansfilm/express'
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
import { dicomwebHeaders, pageHeaders } from './security-headers.ts'
import { uploadRouter } from './upload/upload-router.ts'
import { version } from './version.ts'
import { viewerRouter } from './viewer/viewer-router.ts'

/** What the app is made of. */
export interface AppOptions {
  readonly config: ServerConfig
  readonly archive: Archive
  readonly dicomweb: Dicomweb
  readonly log: Logger
  /** Whether the server is shutting down. */
  readonly stopping: () => boolean
}

/** Everything the server answers, in the order it is looked for. */
export function createApp({ config, archive, dicomweb, log, stopping }: AppOptions): Express {
  const prefix = prefixOf(config.publicUrl)
  const viewerPath = `${prefix}${paths.viewer}/`
  const dicomwebPath = `${prefix}${paths.dicomweb}`
  const publicUrl = config.publicUrl && `${config.publicUrl}${paths.dicomweb}`
  const shared = {
    dicomweb,
    contextOf: (_request: Request, response: Response) => ({ requestId: requestIdOf(response) }),
    ...(config.publicUrl !== undefined && { publicOrigin: new URL(config.publicUrl).origin }),
  }
  const app = express()
  app.disable('x-powered-by')
  if (config.trustProxy !== undefined) app.set('trust proxy', config.trustProxy)

  app.use(logRequests(log))
  app.use(cutOffStalled(config.idleTimeout))
  app.use(healthRouter({ ...archive, log, stopping }))
  app.use(paths.dicomweb, dicomwebHeaders(), toExpress(dicomweb, publicUrl === undefined ? {} : { publicUrl }))
  const wadoUrl = config.publicUrl && `${config.publicUrl}${paths.wado}`
  app.use(
    paths.wado,
    dicomwebHeaders(),
    toExpress(dicomweb.uriService, wadoUrl === undefined ? {} : { publicUrl: wadoUrl }),
  )
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
