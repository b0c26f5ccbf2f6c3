import { type Dicomweb, DicomwebError } from '@sansfilm/core'
import { toExpress } from '@sansfilm/express'
import express, { type Express } from 'express'
import type { Logger } from 'pino'
import { paths, prefixOf } from './addresses.ts'
import type { ServerConfig } from './config.ts'
import { cutOffStalled } from './cut-off-stalled.ts'
import { healthRouter } from './health.ts'
import { homeRouter } from './home/home-router.ts'
import { logRequests } from './log.ts'
import type { Archive } from './open-archive.ts'
import { answerErrors, sendProblem } from './problem.ts'
import { dicomwebHeaders, pageHeaders } from './security-headers.ts'
import { uploadRouter } from './upload/upload-router.ts'
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
  const serviceRoot = config.publicUrl && `${config.publicUrl}${paths.dicomweb}`
  const app = express()
  app.disable('x-powered-by')
  // The DICOMweb services make their own entity tags, and pages are not worth hashing.
  app.disable('etag')
  if (config.trustProxy !== undefined) app.set('trust proxy', config.trustProxy)

  app.use(logRequests(log))
  app.use(cutOffStalled(config.idleTimeout))
  app.use(healthRouter({ ...archive, log, stopping }))
  app.use(paths.dicomweb, dicomwebHeaders(), toExpress(dicomweb, serviceRoot === undefined ? {} : { serviceRoot }))
  app.use(paths.wado, dicomwebHeaders(), (_request, response) => {
    sendProblem(response, new DicomwebError('not-implemented', 'The URI Service (PS3.18 §9) is not built yet.'))
  })
  app.use(pageHeaders())
  app.use(
    paths.viewer,
    viewerRouter(
      { base: `${prefix}${paths.viewer}/`, dicomweb: `${prefix}${paths.dicomweb}` },
      `${archive.cache}/viewer`,
    ),
  )
  app.use(uploadRouter({ dicomweb }))
  app.use(homeRouter({ dicomweb }))
  app.use((_request, response) => {
    sendProblem(response, new DicomwebError('not-found', 'There is nothing at this path.'))
  })
  app.use(answerErrors(log))
  return app
}
