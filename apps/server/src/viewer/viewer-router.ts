import { createHash } from 'node:crypto'
import { extname } from 'node:path'
import { type Request, type Response, Router } from 'express'
import { findOhif } from './ohif.ts'
import { type Encoding, type PreparedFile, prepareFiles } from './prepared-files.ts'
import { type ViewerOptions, viewerConfigScript } from './viewer-config.ts'

/** Names with a content hash: what they name never changes. */
const hashed = /(^|[./])[0-9a-f]{16}\.[a-z0-9.]+$/

/**
 * Serves the OHIF viewer, to be mounted at the end of `options.base`.
 * @param cache a folder for rewritten and compressed files; it may be removed at any time
 */
export function viewerRouter(options: ViewerOptions, cache: string): Router {
  const ohif = findOhif()
  const files = prepareFiles(ohif, options.base, cache)
  const config = viewerConfigScript(options)
  const policy = files.read('index.html').then(contentSecurityPolicy)
  // Awaited by each request; a rejection before the first must not end the process.
  policy.catch(() => undefined)
  const router = Router()

  router.get('/app-config.js', (_request, response) => {
    response.type('js').set('cache-control', 'no-store').send(config)
  })

  // OHIF's own would unregister every service worker of the origin, and fails where a page is not served by HTTPS.
  router.get('/init-service-worker.js', (_request, response) => {
    response.type('js').set('cache-control', 'no-cache').send('')
  })

  router.get('/{*path}', async (request, response, next) => {
    const [path = '', query] = request.originalUrl.split('?', 2)
    if (request.path === '/' && !path.endsWith('/')) {
      return response.redirect(308, query === undefined ? options.base : `${options.base}?${query}`)
    }
    const asked = request.path.slice(1)
    // The viewer's own routes have no extension: they are the page.
    const name = asked === '' || extname(asked) === '' ? 'index.html' : asked
    if (!ohif.files.has(name)) return next()
    response.set('cache-control', cacheControlOf(name))
    response.set('content-security-policy', await policy)
    send(response, name, await files.prepare(name, encodingFor(request)), next)
  })
  return router
}

/**
 * The build names its files by their content. Of scripts that is not to be relied on for long: they are corrected, and the
 * name is still that of the build.
 */
function cacheControlOf(name: string): string {
  if (!hashed.test(name)) return 'no-cache'
  return extname(name) === '.js' ? 'public, max-age=3600' : 'public, max-age=31536000, immutable'
}

function send(response: Response, name: string, file: PreparedFile, next: (error: Error) => void): void {
  response.type(extname(name) === '.jsonc' ? 'json' : extname(name))
  response.vary('accept-encoding')
  if (file.encoding !== 'identity') response.set('content-encoding', file.encoding)
  if ('bytes' in file) {
    response.send(Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength))
    return
  }
  response.sendFile(file.name, { root: file.directory, cacheControl: false, dotfiles: 'allow' }, (error) => {
    // Once headers are out, the client has left: nobody is there to be told.
    if (error !== undefined && !response.headersSent) next(error)
  })
}

function encodingFor(request: Request): Encoding {
  if (request.acceptsEncodings('br') === 'br') return 'br'
  return request.acceptsEncodings('gzip') === 'gzip' ? 'gzip' : 'identity'
}

/**
 * What OHIF needs: WebAssembly codecs, workers from blobs, styles that its components write, and functions from strings:
 * without those its codecs decode no JPEG-LS, and its page no segmentation.
 */
function contentSecurityPolicy(page: string): string {
  const inline = [...page.matchAll(/<script>([^<]+)<\/script>/g)].map(([, script = '']) => {
    return `'sha256-${createHash('sha256').update(script).digest('base64')}'`
  })
  return [
    "default-src 'self'",
    `script-src 'self' blob: 'unsafe-eval' 'wasm-unsafe-eval' ${inline.join(' ')}`,
    "worker-src 'self' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "media-src 'self' blob:",
    "connect-src 'self' data: blob:",
    "frame-src 'self' blob:",
    "object-src 'self' blob:",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ].join('; ')
}
