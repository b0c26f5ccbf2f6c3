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

/** What came back over a raw connection. */
export interface RawAnswer {
  /** 0 where the connection was closed without an answer. */
  readonly status: number
  /** Everything, as Latin-1. */
  readonly text: string
  readonly ms: number
  /** Nothing had come when time was up. */
  readonly late: boolean
}

/** Sends bytes as they are, until there is an answer, and waits for the whole of it. */
export async function sendRaw(
  origin: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  timeoutMs = 10_000,
): Promise<RawAnswer> {
  const socket = await openConnection(origin)
  const started = performance.now()
  let text = ''
  let late = false
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk
    // Whoever goes on sending may lose an answer that has arrived to a reset.
    if (isWhole(text)) socket.destroy()
  })
  const timer = setTimeout(() => {
    late = true
    socket.destroy()
  }, timeoutMs)
  for await (const piece of pieces) {
    if (socket.destroyed) break
    const drained = new Promise<void>((resolve) => socket.once('drain', () => resolve()))
    if (!socket.write(piece)) await Promise.race([drained, closed])
  }
  await closed
  clearTimeout(timer)
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text, ms: performance.now() - started, late }
}

/** Whether an answer that says its length is all there. */
function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1]
  return end >= 0 && length !== undefined && text.length >= end + 4 + Number(length)
}
