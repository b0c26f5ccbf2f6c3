import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { createProxyServer } from 'httpxy'
import type { AppPart } from './app-part.ts'
import type { ProxyPart } from './proxy-part.ts'

/** As in deploy/haproxy.cfg. */
const checkMs = 1000

/** A reverse proxy in this process, for machines without HAProxy: in turn to each server that is ready. */
export function nodeProxy(apps: readonly AppPart[], port: number): ProxyPart {
  const origin = `http://127.0.0.1:${port}`
  const proxy = createProxyServer({ xfwd: true })
  let ready: readonly AppPart[] = []
  let turn = 0
  let server: Server | undefined
  let checks: NodeJS.Timeout | undefined

  const isReady = async ({ origin }: AppPart) => {
    const answer = await fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(checkMs) }).catch(() => undefined)
    await answer?.body?.cancel()
    return answer?.ok === true
  }
  const check = async () => {
    const answers = await Promise.all(apps.map(isReady))
    ready = apps.filter((_, i) => answers[i])
  }
  const stop = async () => {
    clearInterval(checks)
    const running = server
    server = undefined
    running?.closeAllConnections()
    running?.close()
    if (running !== undefined) await once(running, 'close')
  }
  return {
    name: 'Proxy of Node (there is no HAProxy)',
    origin,
    address: origin,
    async start() {
      await check()
      checks = setInterval(check, checkMs)
      server = createServer((request, response) => {
        const target = ready[turn++ % ready.length]?.origin
        if (target === undefined) return void refuse(response)
        proxy.web(request, response, { target }).catch(() => refuse(response))
      })
      server.requestTimeout = 0
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
    stop,
    kill: stop,
  }
}

function refuse(response: ServerResponse): void {
  if (response.headersSent) response.destroy()
  else response.writeHead(503, { 'retry-after': '1' }).end()
}
