import { type Response, Router } from 'express'
import { listDocuments, readDocument } from './documents.ts'
import { Html, html } from './html.ts'
import { pageFrame } from './page-frame.ts'
import { sendPage } from './page-headers.ts'

/** The documents of the repository as pages: `docs/guides/deploy.md` is at `/guides/deploy`. */
export function docsRouter(folder: string, frame: { readonly viewerPath: string; readonly version: string }): Router {
  const router = Router()

  function sendDocument(response: Response, title: string, toRoot: string, content: Html): void {
    const page = pageFrame({ ...frame, title: `${title} - Sansfilm`, toRoot, current: 'docs', content })
    sendPage(response, page)
  }

  router.get('/', async (request, response) => {
    // Links of the list are relative to the folder.
    if (!request.originalUrl.split('?')[0]?.endsWith('/')) return response.redirect(308, 'docs/')
    const documents = await listDocuments(folder)
    const items = documents.map(({ path, title }) => html`<li><a href="${path}">${title}</a></li>`)
    sendDocument(
      response,
      'Documentation',
      '../',
      html`<article class="document"><h1>Documentation</h1><ul>${items}</ul></article>`,
    )
  })

  router.get('/{*path}', async (request, response, next) => {
    const path = request.path.slice(1).replace(/\.md$/, '')
    const document = await readDocument(folder, path)
    if (document === undefined) return next()
    const toRoot = '../'.repeat(path.split('/').length)
    const content = html`<article class="document">${new Html(document.body)}</article>`
    sendDocument(response, document.title ?? path, toRoot, content)
  })
  return router
}
