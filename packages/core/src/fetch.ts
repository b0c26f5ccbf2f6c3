import type { Context } from './context.ts'
import type { Dicomweb } from './dicomweb.ts'
import { fromReadableStream, toReadableStream } from './http/byte-stream.ts'
import type { DicomwebResponse } from './http/message.ts'

/** How the service is reached. */
export interface FetchOptions {
  /** The service root as clients see it, where a proxy changes it: `https://pacs.example/dicom-web`. */
  readonly serviceRoot?: string
  /** Path of the service in the URLs of requests: `/dicom-web`. Default: none. */
  readonly mountPath?: string
  /** Who asks, as the application knows it. */
  readonly contextOf?: (request: Request) => Partial<Context> | Promise<Partial<Context>>
}

/**
 * The service as a function from `Request` to `Response`, for Hono, Next, Deno, Bun and whatever else speaks Fetch.
 * @example
 * const handle = toFetch(dicomweb, { mountPath: '/dicom-web' })
 * app.all('/dicom-web/*', (context) => handle(context.req.raw))
 */
export function toFetch(
  dicomweb: Pick<Dicomweb, 'handle'>,
  options: FetchOptions = {},
): (request: Request) => Promise<Response> {
  const mountPath = (options.mountPath ?? '').replace(/\/+$/, '')
  return async (request) => {
    const { origin, pathname, search } = new URL(request.url)
    if (!(pathname === mountPath || pathname.startsWith(`${mountPath}/`))) return new Response(null, { status: 404 })
    const answer = await dicomweb.handle(
      {
        method: request.method,
        url: `${pathname.slice(mountPath.length) || '/'}${search}`,
        serviceRoot: (options.serviceRoot ?? `${origin}${mountPath}`).replace(/\/+$/, ''),
        headers: Object.fromEntries(request.headers),
        body: request.body === null ? null : fromReadableStream(request.body),
        signal: request.signal,
      },
      await options.contextOf?.(request),
    )
    return toResponse(answer)
  }
}

function toResponse({ status, headers, body }: DicomwebResponse): Response {
  if (body === null) return new Response(null, { status, headers })
  // Buffers of the core are never shared memory, which is all that the types of Response leave out.
  if (body instanceof Uint8Array) return new Response(body as Uint8Array<ArrayBuffer>, { status, headers })
  return new Response(toReadableStream(body), { status, headers })
}
