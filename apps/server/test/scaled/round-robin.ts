import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A load balancer. */
export interface RoundRobin {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  close(): Promise<void>
}

/**
 * Hands each request to the next of several servers, as it came: no two requests in a row see the same one. Who cannot be
 * reached is passed over; where a server breaks off, so does the answer.
 */
export async function startRoundRobin(origins: readonly string[]): Promise<RoundRobin> {
  let turn = 0

  const passOn = (incoming: IncomingMessage, response: ServerResponse, tries = origins.length): void => {
    const server = new URL(origins[turn++ % origins.length] ?? '')
    const { method, url, rawHeaders } = incoming
    const outgoing = request({
      host: server.hostname,
      port: server.port,
      method,
      path: url,
      headers: rawHeaders, // those of the hop too: the servers answer as they would without anybody in between
      agent: false, // a connection that is kept may be closed just when it is used again
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' && tries > 1) passOn(incoming, response, tries - 1)
      else response.destroy()
    })
    outgoing.on('continue', () => response.writeContinue())
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders)
      answer.on('error', () => response.destroy())
      answer.pipe(response)
    })
    response.on('error', () => outgoing.destroy())
    response.once('close', () => {
      if (!response.writableFinished) outgoing.destroy()
    })
    incoming.pipe(outgoing)
  }

  const balancer = createServer({ requestTimeout: 0, keepAliveTimeout: 65_000 })
  balancer.on('request', (incoming, response) => passOn(incoming, response))
  balancer.on('checkContinue', (incoming, response) => passOn(incoming, response))
  balancer.listen(0, '127.0.0.1')
  await once(balancer, 'listening')
  const { port } = balancer.address() as AddressInfo // listening on TCP
  return {
    origin: `http://127.0.0.1:${port}`,
    async close() {
      balancer.closeAllConnections()
      balancer.close()
      await once(balancer, 'close')
    },
  }
}
