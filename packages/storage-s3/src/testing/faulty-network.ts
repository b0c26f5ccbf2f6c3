import { once } from 'node:events'
import { type ClientRequest, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it passes. */
export interface PassingRequest {
  readonly method: string
  /** Without the bucket; the query too: `/a/b?partNumber=1&uploadId=…`. */
  readonly target: string
  readonly headers: IncomingMessage['headers']
}

/** What becomes of a request. */
export type Fault =
  /** The store does not see it; this is answered. */
  | { readonly answer: number; readonly code: string }
  /** The connection breaks after so many bytes of the request's body. */
  | { readonly cutRequestAfter: number }
  /** The connection breaks after so many bytes of the answer's body; at 0, before the answer. */
  | { readonly cutAnswerAfter: number }
  /** Nothing is ever answered. */
  | 'silence'
  /** The store sees it so many milliseconds later. */
  | { readonly delayMs: number }
  /** The store sees it when this resolves. */
  | { readonly heldUntil: Promise<void> }
  /** One bit of the body is another. */
  | 'flip'

/** What lies between the storage and its store. */
export interface FaultyNetwork {
  readonly endpoint: string
  /** Decides what becomes of a request; by default, nothing does. */
  fault: (request: PassingRequest) => Fault | undefined
  /** Requests so far, as `PUT /a/b`. */
  readonly seen: string[]
  /** Bytes of answers that came from the store. */
  answered: number
  /** Answers that are under way. */
  readonly open: Set<ServerResponse>
  close(): Promise<void>
}

/** Passes requests on to `endpoint`, with faults. */
export async function startFaultyNetwork(endpoint: string): Promise<FaultyNetwork> {
  const { hostname, port } = new URL(endpoint)
  const network: FaultyNetwork = {
    endpoint: '',
    fault: () => undefined,
    seen: [],
    answered: 0,
    open: new Set(),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  const server = createServer((incoming, response) => {
    const { method = '', url = '', headers } = incoming
    const target = url.replace(/^\/[^/?]+/, '')
    network.seen.push(`${method} ${target.replace(/\?.*$/, '')}`)
    network.open.add(response)
    response.on('close', () => network.open.delete(response)).on('error', () => {})
    incoming.on('error', () => {})
    const fault = network.fault({ method, target, headers })
    if (fault === 'silence') return
    if (typeof fault === 'object' && 'answer' in fault) {
      incoming.resume().on('end', () => {
        const body = `<?xml version="1.0"?><Error><Code>${fault.code}</Code><Message>Injected</Message></Error>`
        response.writeHead(fault.answer, { 'content-type': 'application/xml' }).end(body)
      })
      return
    }
    const passOn = () => {
      const outgoing = request({ hostname, port, method, path: url, headers })
      outgoing.on('error', () => response.destroy())
      response.on('close', () => outgoing.destroy())
      outgoing.on('response', (answer) => passAnswer(network, answer, response, fault))
      passBody(incoming, outgoing, fault)
    }
    if (typeof fault === 'object' && 'delayMs' in fault) setTimeout(passOn, fault.delayMs)
    else if (typeof fault === 'object' && 'heldUntil' in fault) void fault.heldUntil.then(passOn)
    else passOn()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address() as AddressInfo // of TCP
  return Object.assign(network, { endpoint: `http://127.0.0.1:${address.port}` })
}

function passBody(incoming: IncomingMessage, outgoing: ClientRequest, fault: Fault | undefined): void {
  let length = 0
  incoming.on('data', (chunk: Buffer) => {
    if (fault === 'flip' && length === 0) chunk[0] = (chunk[0] ?? 0) ^ 1
    length += chunk.length
    if (typeof fault === 'object' && 'cutRequestAfter' in fault && length > fault.cutRequestAfter) {
      outgoing.destroy()
      incoming.destroy()
      return
    }
    if (!outgoing.write(chunk)) {
      incoming.pause()
      outgoing.once('drain', () => incoming.resume())
    }
  })
  incoming.on('end', () => outgoing.end())
}

function passAnswer(
  network: FaultyNetwork,
  answer: IncomingMessage,
  response: ServerResponse,
  fault: Fault | undefined,
): void {
  const cut = typeof fault === 'object' && 'cutAnswerAfter' in fault ? fault.cutAnswerAfter : undefined
  if (cut === 0) {
    response.destroy()
    return
  }
  response.writeHead(answer.statusCode ?? 500, answer.headers)
  let length = 0
  answer.on('error', () => response.destroy())
  answer.on('data', (chunk: Buffer) => {
    length += chunk.length
    network.answered += chunk.length
    if (cut !== undefined && length > cut) {
      // What was let through arrives before the end does.
      response.write(chunk.subarray(0, chunk.length - (length - cut)), () => response.destroy())
      answer.destroy()
    } else if (!response.write(chunk)) {
      answer.pause()
      response.once('drain', () => answer.resume())
    }
  })
  answer.on('end', () => response.end())
}
