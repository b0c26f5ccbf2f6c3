import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { BodyReader } from './body-reader.ts'

/** What is sent. A body is given with its length, so that it can come from a file. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: { readonly length: number; readonly bytes: Iterable<Uint8Array> | AsyncIterable<Uint8Array> }
}

export interface HttpAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  /** Bytes of the body as they came over the wire. */
  readonly length: number
  /** Empty unless it was asked for. */
  readonly body: Buffer
}

const receiveBytes = 256 * 1024
const headEnd = '\r\n\r\n'

/**
 * One HTTP/1.1 connection on a bare socket that counts bytes instead of handing them on: a client that costs more than
 * the server measures itself.
 */
export class HttpConnection {
  readonly #port: number
  #socket: Socket
  #head = ''
  #reader: BodyReader | undefined
  #status = 0
  #headers: ReadonlyMap<string, string> = new Map()
  #keepBody = false
  #answered: PromiseWithResolvers<HttpAnswer> | undefined

  private constructor(port: number) {
    this.#port = port
    this.#socket = this.#connect()
  }

  /** @throws Error where nobody listens */
  static async open(port: number): Promise<HttpConnection> {
    const connection = new HttpConnection(port)
    await once(connection.#socket, 'connect')
    return connection
  }

  /** Sends a request and waits for the whole answer, one at a time; connects again where the server has closed. */
  async exchange(request: HttpRequest, keepBody = false): Promise<HttpAnswer> {
    if (this.#socket.destroyed) this.#socket = this.#connect()
    const answered = Promise.withResolvers<HttpAnswer>()
    this.#answered = answered
    this.#keepBody = keepBody
    const sent = this.#send(request)
    sent.catch((error) => answered.reject(error))
    return answered.promise
  }

  close(): void {
    this.#answered = undefined
    this.#socket.destroy()
  }

  /** Stops or goes on reading: a client that stalls. */
  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  async #send({ method, target, headers, body }: HttpRequest): Promise<void> {
    const fields = Object.entries({
      host: 'localhost',
      ...headers,
      ...(body === undefined ? {} : { 'content-length': String(body.length) }),
    })
    const head = `${method} ${target} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
    if (body === undefined) {
      this.#socket.write(head, 'latin1')
      return
    }
    this.#socket.cork()
    this.#socket.write(head, 'latin1')
    process.nextTick(() => this.#socket.uncork())
    for await (const chunk of body.bytes) {
      if (!this.#socket.write(chunk)) await this.#drained()
    }
  }

  #drained(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const done = () => {
      this.#socket.off('drain', done).off('close', done)
      resolve()
    }
    this.#socket.on('drain', done).on('close', done)
    return promise
  }

  #take(bytes: Buffer): void {
    let rest = bytes
    if (this.#reader === undefined) {
      const before = this.#head.length
      this.#head += rest.toString('latin1')
      const end = this.#head.indexOf(headEnd)
      if (end === -1) return
      this.#readHead(this.#head.slice(0, end))
      this.#head = ''
      rest = rest.subarray(end + headEnd.length - before)
      if (this.#status === 100) {
        this.#reader = undefined
        if (rest.length > 0) this.#take(rest)
        return
      }
    }
    const reader = this.#reader
    if (reader === undefined) return
    reader.take(rest)
    if (reader.done) this.#finish(reader)
  }

  #finish(reader: BodyReader): void {
    this.#reader = undefined
    const answered = this.#answered
    this.#answered = undefined
    const answer = { status: this.#status, headers: this.#headers, length: reader.length, body: reader.body() }
    // Before the next request can be sent on it.
    if (this.#headers.get('connection')?.toLowerCase() === 'close') this.#socket.destroy()
    answered?.resolve(answer)
  }

  #connect(): Socket {
    const buffer = Buffer.alloc(receiveBytes)
    const callback = (length: number) => {
      this.#take(buffer.subarray(0, length))
      return true
    }
    const socket = connect({ port: this.#port, host: '127.0.0.1', onread: { buffer, callback } })
    socket.setNoDelay(true)
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => {
      if (socket !== this.#socket) return
      if (this.#reader?.close()) this.#finish(this.#reader)
      else this.#fail(new Error('The server closed the connection'))
    })
    return socket
  }

  #readHead(head: string): void {
    const [statusLine = '', ...lines] = head.split('\r\n')
    this.#status = Number(statusLine.split(' ')[1])
    this.#headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
      }),
    )
    this.#reader = new BodyReader(this.#status, this.#headers, this.#keepBody)
  }

  #fail(error: Error): void {
    this.#answered?.reject(error)
    this.#answered = undefined
  }
}
