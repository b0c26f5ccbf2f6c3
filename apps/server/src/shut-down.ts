import type { Server } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

/** How long requests in flight may take to finish, and then what remains of the 15 seconds for storage and index. */
export const patienceMs = 12_000

/**
 * Stops accepting connections and resolves when those in flight are answered, or after a deadline without them.
 * @returns whether every client was served to the end
 */
export async function closeServer(server: Server, deadlineMs = patienceMs): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  // A connection becomes idle after its last answer, and would stay for keepAliveTimeout.
  const idle = setInterval(() => server.closeIdleConnections(), 250)
  let served = true
  const deadline = setTimeout(() => {
    served = false
    server.closeAllConnections()
  }, deadlineMs)
  server.closeIdleConnections()
  await promise
  clearInterval(idle)
  clearTimeout(deadline)
  return served
}

/**
 * Goes on serving for `ms`, while readiness says no: who distributes requests has then turned to others. Connections that
 * are kept end with their next answer, so that none is closed under a request.
 */
export async function drain(server: Server, ms: number): Promise<void> {
  server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'))
  await pause(ms)
}

/**
 * Resolves when the process is asked to end. Asked again a second later or more, it ends at once: somebody at a terminal
 * has lost patience. (A terminal and a wrapper may both pass on the first request.)
 */
export async function askedToStop(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
  let first: number | undefined
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (first === undefined) resolve(signal)
      else if (performance.now() - first > 1000) process.exit(1)
      first ??= performance.now()
    })
  }
  return await promise
}
