import type { Context, Dicomweb } from '@sansfilm/core'
import type { InstanceIndex, Partition } from '@sansfilm/core/adapters'
import express, { type Request, type Response, Router } from 'express'
import { archiveOverview } from './archive-overview.ts'
import { docsRouter } from './docs-router.ts'
import { formatsFor } from './formats.ts'
import { archiveSection, type HomePage, homePage } from './home-page.ts'
import { assetsFolder, docsFolder } from './package-folders.ts'
import { sendPage } from './page-headers.ts'

export interface HomeOptions {
  readonly dicomweb: Dicomweb
  readonly index: InstanceIndex
  readonly partition: Partition
  /** As browsers see it, with a slash at its end. */
  readonly viewerPath: string
  /** As browsers see it, without a slash at its end. */
  readonly dicomwebPath: string
  /** As browsers see this server, where a proxy changes Host: `https://pacs.example`. */
  readonly publicOrigin?: string
  readonly readOnly: boolean
  readonly version: string
  /** Who looks, for the search. */
  readonly contextOf?: (request: Request, response: Response) => Partial<Context>
}

/** Studies on the page. */
const latest = 12

/**
 * The home page at `/`; the part of it that changes at `/archive`, as HTML, and at `/archive.json`, as data; `/docs/`; and
 * `/assets/`.
 */
export function homeRouter(options: HomeOptions): Router {
  const { viewerPath, dicomwebPath, readOnly, version } = options
  const router = Router()

  function overviewFor(request: Request, response: Response) {
    return archiveOverview(options, {
      serviceRoot: dicomwebRootFor(request),
      headers: { authorization: request.get('authorization'), cookie: request.get('cookie') },
      limit: latest,
      ...(options.contextOf !== undefined && { context: options.contextOf(request, response) }),
    })
  }

  function dicomwebRootFor(request: Request): string {
    return (options.publicOrigin ?? `${request.protocol}://${request.host}`) + dicomwebPath
  }

  async function pageFor(request: Request, response: Response): Promise<HomePage> {
    const overview = await overviewFor(request, response)
    const formats = formatsFor(request.acceptsLanguages()[0])
    return { overview, formats, viewerPath, readOnly, version, dicomwebRoot: dicomwebRootFor(request) }
  }

  router.get('/', async (request, response) => {
    sendPage(response, homePage(await pageFor(request, response)))
  })
  router.get('/archive', async (request, response) => {
    sendPage(response, archiveSection(await pageFor(request, response)).text)
  })
  router.get('/archive.json', async (request, response) => {
    response.set('cache-control', 'no-store').json(await overviewFor(request, response))
  })
  router.use('/docs', docsRouter(docsFolder, { viewerPath, version }))
  router.use('/assets', express.static(assetsFolder, { index: false, redirect: false, cacheControl: false }))
  return router
}
