import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { StartError } from './start-error.ts'

/** What is left for the header fields beside the longest request target. */
const fieldBytes = 16 * 1024

/** Node refuses larger request heads with a bare 431. A target that is too long shall hear so from the services. */
const leastHeadBytes = 64 * 1024

/**
 * Listens on `host` and `port`; resolves when requests are served.
 * @param maxUrlLength characters of the longest request target the services take: Node must let it through
 * @throws StartError in plain words
 */
export async function listen(
  handler: RequestListener,
  { host, port, maxUrlLength }: { readonly host: string; readonly port: number; readonly maxUrlLength: number },
): Promise<Server> {
  // Not imported: an import reads all that `node:http` exports, and so loads clients of WebSocket and more.
  const { createServer } = process.getBuiltinModule('node:http')
  const server = createServer({ maxHeaderSize: Math.max(maxUrlLength + fieldBytes, leastHeadBytes) }, handler)
  // Uploads may take hours; those that stall are cut off by their own rule.
  server.requestTimeout = 0
  server.headersTimeout = 30_000
  // Longer than the minute for which proxies keep connections, or one of theirs is now and then closed under a request.
  server.keepAliveTimeout = 65_000
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', (error) => reject(new StartError(inPlainWords(error, host, port), { cause: error })))
  server.listen(port, host, resolve)
  await promise
  return server
}

/** The port that a listening server has. */
export function portOf(server: Server): number {
  // A TCP server that listens has an address record; only pipes have a string.
  return (server.address() as AddressInfo).port
}

function inPlainWords(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is in use by another program. Choose another with --port (npm start -- --port ${port === 65_535 ? 0 : port + 1}), or --port 0 for any free one.`
    case 'EACCES':
      return `This user may not listen on port ${port}. Ports below 1024 need privileges; choose another with --port.`
    case 'EADDRNOTAVAIL':
      return `${host} is not an address of this machine. Use 127.0.0.1, or 0.0.0.0 for every network (--host).`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host name ${host} cannot be resolved. Use an IP address with --host.`
    default:
      return `The server cannot listen on ${host}, port ${port}: ${error.message}`
  }
}
