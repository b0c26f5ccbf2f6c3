import type { ClientRequest, IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { StoreAnswer } from './store-verdict.ts'

/** An answer, and what says when to come back. */
export interface HttpAnswer extends StoreAnswer {
  readonly retryAfter: string | undefined
}

/** Nothing moved on the connection for so long: the server is gone, whatever the connection says. */
const idleMilliseconds = 300_000

/**
 * Posts a body and resolves with the whole answer. Pieces at hand are sent with their length; a stream in chunks. What is
 * at hand is not read any more when this has settled.
 * @throws Error of the connection, of the stream, or the signal's reason
 */
export async function post(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: readonly Uint8Array[] | AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<HttpAnswer> {
  const atHand = Array.isArray(body)
  const length = atHand && { 'content-length': body.reduce((sum: number, piece) => sum + piece.length, 0) }
  const request = requesterFor(url)(url, {
    method: 'POST',
    headers: { ...headers, ...length },
    timeout: idleMilliseconds,
    ...(signal !== undefined && { signal }),
  })
  request.once('timeout', () => request.destroy(new Error(`Nothing moved for ${idleMilliseconds / 1000} s`)))
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).on('error', reject)
  })
  const sending = atHand ? sendPieces(request, body) : pipeline(Readable.from(body, { objectMode: false }), request)
  // Where it fails, `answered` fails too, unless there is an answer already, which then counts.
  const sent = sending.then(() => answered)
  sent.catch(() => undefined)
  try {
    const answer = await Promise.race([answered, sent])
    const { headers: fields, statusCode = 0 } = answer
    const { warning } = fields
    return {
      status: statusCode,
      warning: Array.isArray(warning) ? warning.join(', ') : warning,
      contentType: fields['content-type'],
      retryAfter: fields['retry-after'],
      body: await text(answer),
    }
  } finally {
    // The rest of the body is nobody's any more; its memory is used again.
    if (!request.writableFinished) request.destroy()
  }
}

/** Not imported: an import reads all that `node:http` exports, and so loads clients of WebSocket and more. */
function requesterFor({ protocol }: URL) {
  return process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http').request
}

async function sendPieces(request: ClientRequest, pieces: readonly Uint8Array[]): Promise<void> {
  request.cork()
  for (const piece of pieces) request.write(piece)
  request.end()
}
