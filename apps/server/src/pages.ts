import { join } from 'node:path'
import { DicomwebError, defaultPartition } from '@sansfilm/core'
import express, { type Express, type Request, type Response } from 'express'
import { paths, prefixOf } from './addresses.ts'
import type { AppOptions } from './app.ts'
import { homeRouter } from './home/home-router.ts'
import { requestIdOf } from './log.ts'
import { answerErrors, sendProblem } from './problem.ts'
import { pageHeaders } from './security-headers.ts'
import { trustedProxies } from './trusted-proxies.ts'
import { uploadRouter } from './upload/upload-router.ts'
import { version } from './version.ts'
import { viewerRouter } from './viewer/viewer-router.ts'

/** What is for people: pages, the viewer and uploads. */
export function createPages({ config, archive, dicomweb, log }: AppOptions): Express {
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
  app.set('trust proxy', trustedProxies(config.trustProxy))

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
