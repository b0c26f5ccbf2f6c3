import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A connection whose every byte is in our hand. */
export async function openConnection(origin: string): Promise<Socket> {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  // The server may cut it off at any moment; who waits for the end sees `close`.
  socket.on('error', () => undefined)
  return socket
}

/** The head of a request, up to the empty line. */
export function requestHead(method: string, path: string, headers: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries({ host: '127.0.0.1', ...headers }).map(([name, value]) => `${name}: ${value}`)
  return Buffer.from(`${[`${method} ${path} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n`)
}

/**
 * Sends bytes as they are and gathers what comes until the connection ends.
 * @returns the status, 0 where the connection was closed without an answer, and everything after the status line
 */
export async function sendRaw(
  origin: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  timeoutMs = 10_000,
): Promise<{ readonly status: number; readonly text: string; readonly ms: number; readonly late: boolean }> {
  const socket = await openConnection(origin)
  const started = performance.now()
  let text = ''
  let late = false
  const closed = once(socket, 'close')
  socket.setEncoding('latin1').on('data', (chunk) => (text += chunk))
  const timer = setTimeout(() => {
    late = true
    socket.destroy()
  }, timeoutMs)
  for await (const piece of pieces) {
    if (socket.destroyed) break
    if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), closed])
  }
  await closed
  clearTimeout(timer)
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text, ms: performance.now() - started, late }
}
