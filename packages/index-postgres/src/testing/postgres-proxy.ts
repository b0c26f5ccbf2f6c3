import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to a server that can be cut. */
export interface PostgresProxy {
  /** Leads to another server from now on; connections to the one before are ended. */
  leadTo(url: string): void
  /** The archive by this way. */
  readonly url: string
  /** Ends all connections, and takes no more. */
  cut(): void
  /** The next COMMIT reaches the server; its answer, and all that follows, does not come back. */
  swallowNextCommit(): void
  /**
   * Ends the connection on which the `step`th packet from now goes to the server, counted from 1, once: before the server
   * sees it, when it has half of it, or when it has answered and nobody hears of it.
   */
  loseAt(step: number, when: 'unseen' | 'torn' | 'unanswered'): void
  /** Of the connection on which the next packet goes to the server, no answer comes back before `until`. */
  holdNext(until: Promise<void>): void
  /** Whether one is held, or was. */
  readonly hasHeld: boolean
  /** Whether it has come to that. */
  readonly hasLost: boolean
  close(): Promise<void>
}

/** @param url of a database, by TCP or a socket */
export async function startPostgresProxy(url: string): Promise<PostgresProxy> {
  let target = new URL(url)
  const sockets = new Set<Socket>()
  let isCut = false
  let swallows = false
  let stepsLeft = 0
  let loses: 'unseen' | 'torn' | 'unanswered' = 'unseen'
  let holds: Promise<void> | undefined
  let hasHeld = false

  const server = createServer((client) => {
    if (isCut) return void client.destroy()
    const folder = target.searchParams.get('host')
    const port = Number(target.port || 5432)
    const backend = folder === null ? connect(port, target.hostname) : connect(`${folder}/.s.PGSQL.${port}`)
    const end = () => {
      client.destroy()
      backend.destroy()
    }
    for (const socket of [client, backend]) {
      sockets.add(socket)
      socket.on('error', end)
      socket.on('close', end)
      socket.on('close', () => sockets.delete(socket))
    }
    let silent = false
    client.on('data', (bytes) => {
      if (swallows && bytes.includes('COMMIT')) {
        swallows = false
        silent = true
      }
      if (stepsLeft > 0 && --stepsLeft === 0) {
        if (loses === 'unseen') return end()
        if (loses === 'torn') return void backend.write(bytes.subarray(0, bytes.length >> 1), end)
        silent = true
      }
      if (holds !== undefined) {
        backend.pause()
        void holds.then(() => backend.resume())
        holds = undefined
        hasHeld = true
      }
      backend.write(bytes)
    })
    // The server has answered, and so has committed: the connection is lost before anybody hears of it.
    backend.on('data', (bytes) => (silent ? end() : client.write(bytes)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxied = new URL(url)
  proxied.searchParams.delete('host')
  proxied.hostname = '127.0.0.1'
  proxied.port = String((server.address() as AddressInfo).port) // listening on TCP
  return {
    url: proxied.href,
    leadTo(other) {
      target = new URL(other)
      for (const socket of sockets) socket.destroy()
    },
    cut() {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    loseAt(step, when) {
      stepsLeft = step
      loses = when
    },
    holdNext(until) {
      holds = until
      hasHeld = false
    },
    get hasHeld() {
      return hasHeld
    },
    get hasLost() {
      return stepsLeft === 0
    },
    swallowNextCommit() {
      swallows = true
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
