import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** A connection on which a test writes each byte itself. */
export interface RawConnection {
  write(bytes: Uint8Array | string): void
  /** Waits until what has come matches. */
  until(pattern: RegExp): Promise<string>
  /** Everything until the server closes. */
  end(): Promise<string>
  close(): void
}

/** Opens a connection to the server of a URL. */
export async function openRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url)
  const socket: Socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  let came = ''
  socket.setEncoding('latin1').on('data', (text) => {
    came += text
  })
  return {
    write: (bytes) => void socket.write(bytes),
    async until(pattern) {
      while (!pattern.test(came)) {
        if (socket.closed || socket.readableEnded) throw new Error(`the connection ended after: ${came}`)
        await Promise.race([once(socket, 'data'), once(socket, 'close')])
      }
      return came
    },
    async end() {
      if (!socket.closed) await once(socket, 'close')
      return came
    },
    close: () => void socket.destroy(),
  }
}

/** Sends a request in pieces, each in a packet of its own as far as the kernel lets it, with chunked transfer coding. */
export async function postChunked(
  url: string,
  headers: Readonly<Record<string, string>>,
  pieces: readonly Uint8Array[],
): Promise<RawAnswer> {
  const { host, pathname } = new URL(url)
  const connection = await openRaw(url)
  const lines = Object.entries({ host, connection: 'close', 'transfer-encoding': 'chunked', ...headers })
  connection.write(`POST ${pathname} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)
  for (const piece of pieces) {
    if (piece.length === 0) continue
    connection.write(
      Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), Buffer.from(piece), Buffer.from('\r\n')]),
    )
    await new Promise((resolve) => setImmediate(resolve))
  }
  connection.write('0\r\n\r\n')
  return parseRaw(await connection.end())
}

/** Reads an answer that ends with the connection. */
export function parseRaw(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n')
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n')
  const fields = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(fields),
    body: Buffer.from(text.slice(end + 4), 'latin1'),
  }
}
