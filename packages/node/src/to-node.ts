import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context, Dicomweb } from '@sansfilm/core'
import { answerRequest } from './answer-request.ts'

/** Where the service is, how it is reached, and by whom. */
export interface NodeOptions {
  /** Path of the service: `/dicom-web`. Default: none, the whole server is the service. */
  readonly mountPath?: string
  /** The service root as clients see it: `https://pacs.example/dicom-web`. Default: from the request. */
  readonly publicUrl?: string
  /** Whether `X-Forwarded-Proto` and `X-Forwarded-Host` are believed of a peer, by its IP address. Default: of nobody. */
  readonly trustsProxy?: (address: string) => boolean
  /** Who asks, as the application found out. */
  readonly contextOf?: (request: IncomingMessage, response: ServerResponse) => Partial<Context>
}

/**
 * Answers what is for the service. The rest goes to `next`, and so does a failure of `contextOf`; without it they are
 * answered with an empty 404 or 500.
 */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void) => void

/**
 * The service as a listener of Node's `http` and `https` servers.
 * @example
 * const dicomweb = toNode(createDicomweb({ storage, index }), { mountPath: '/dicom-web' })
 * createServer((request, response) => dicomweb(request, response, () => app(request, response))).listen(8042)
 */
export function toNode(dicomweb: Pick<Dicomweb, 'handle' | 'reuse'>, options: NodeOptions = {}): NodeHandler {
  const mountPath = withoutSlashes(options.mountPath ?? '')
  const publicRoot = options.publicUrl === undefined ? undefined : withoutSlashes(options.publicUrl)
  return (request, response, next) => {
    const url = urlBelow(mountPath, request.url ?? '/')
    const givenUp = (status: number, error?: unknown) =>
      next === undefined ? void response.writeHead(status, { 'content-length': 0 }).end() : next(error)
    if (url === undefined) return givenUp(404)
    let given: Partial<Context> | undefined
    try {
      given = options.contextOf?.(request, response)
    } catch (error) {
      return givenUp(500, error)
    }
    const serviceRoot = publicRoot ?? `${originAsAsked(request, options.trustsProxy)}${mountPath}`
    // It rejects for nothing: the core answers every failure, and one on the way closes the connection.
    void answerRequest(dicomweb, request, response, { url, serviceRoot }, given)
  }
}

function withoutSlashes(text: string): string {
  return text.replace(/\/+$/, '')
}

/** `undefined` for what lies elsewhere. */
function urlBelow(mountPath: string, target: string): string | undefined {
  // A server has to take the absolute form too (RFC 9112 §3.2.2).
  const url = target.startsWith('/') ? target : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, '')
  if (!url.startsWith(mountPath)) return undefined
  const rest = url.slice(mountPath.length)
  if (rest.startsWith('/')) return rest
  return rest === '' || rest.startsWith('?') ? `/${rest}` : undefined
}

/** HTTP/1.0 has no Host; and one that is none must not get into URLs and header fields. */
function originAsAsked({ headers, socket }: IncomingMessage, trustsProxy: NodeOptions['trustsProxy']): string {
  const isForwarded = trustsProxy?.(socket.remoteAddress ?? '') === true
  const protocol = (isForwarded && firstOf(headers['x-forwarded-proto'])) || ('encrypted' in socket ? 'https' : 'http')
  const host = (isForwarded && firstOf(headers['x-forwarded-host'])) || headers.host
  return `${protocol === 'https' ? 'https' : 'http'}://${/^[\w.:[\]-]+$/.test(host ?? '') ? host : 'localhost'}`
}

/** Each proxy on the way may have added its own behind those before it. */
function firstOf(field: string | readonly string[] | undefined): string | undefined {
  return String(field ?? '')
    .split(',', 1)[0]
    ?.trim()
}
