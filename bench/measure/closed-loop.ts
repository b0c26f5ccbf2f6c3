import { type HttpAnswer, HttpConnection, type HttpRequest } from './http-connection.ts'

export interface Load {
  readonly port: number
  /** Each sends its next request when it has the answer to the last. */
  readonly connections: number
  /** Ends after so many seconds, or when `next` has no more. */
  readonly seconds?: number
  readonly next: (n: number) => HttpRequest | undefined
  /** Statuses that count as answers; any other ends the run. */
  readonly expect?: readonly number[]
}

export interface LoadResult {
  readonly answers: number
  readonly seconds: number
  readonly bytes: number
  readonly milliseconds: readonly number[]
}

/** Runs a closed loop of requests over kept connections. @throws Error where an answer has a status not expected */
export async function runClosedLoop(load: Load): Promise<LoadResult> {
  const { port, connections, seconds = Number.POSITIVE_INFINITY, next, expect = [200] } = load
  const open = await Promise.all(Array.from({ length: connections }, () => HttpConnection.open(port)))
  const milliseconds: number[] = []
  let bytes = 0
  let sent = 0
  const start = performance.now()
  const work = async (connection: HttpConnection) => {
    while (performance.now() - start < seconds * 1000) {
      const request = next(sent++)
      if (request === undefined) return
      const before = performance.now()
      const answer = await connection.exchange(request)
      milliseconds.push(performance.now() - before)
      bytes += answer.length
      if (!expect.includes(answer.status))
        throw new Error(`${request.method} ${request.target} answered ${answer.status}`)
    }
  }
  try {
    await Promise.all(open.map(work))
    return { answers: milliseconds.length, seconds: (performance.now() - start) / 1000, bytes, milliseconds }
  } finally {
    for (const connection of open) connection.close()
  }
}

/** One request on a connection of its own, with its body. */
export async function askOnce(port: number, request: HttpRequest): Promise<HttpAnswer> {
  const connection = await HttpConnection.open(port)
  try {
    return await connection.exchange(request, true)
  } finally {
    connection.close()
  }
}
