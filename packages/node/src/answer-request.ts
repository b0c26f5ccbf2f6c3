import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context, Dicomweb } from '@sansfilm/core'
import { sendResponse } from './send-response.ts'
import { type MountedRequest, toRequest } from './to-request.ts'

/**
 * Lets the service answer a request, whatever has found out where it is mounted: what `toNode` and other wrappers of Node's
 * `http` have in common. The body must not have been read.
 * @param given who asks, and what else the application knows better
 */
export async function answerRequest(
  dicomweb: Pick<Dicomweb, 'handle' | 'reuse'>,
  request: IncomingMessage,
  response: ServerResponse,
  mounted: MountedRequest,
  given?: Partial<Context>,
): Promise<void> {
  const gone = new AbortController()
  // `close` comes after every answer; only before its end does it mean that the client has left.
  response.once('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  const asked = toRequest(request, mounted, gone.signal)
  await sendResponse(await dicomweb.handle(asked, given), response, dicomweb.reuse)
  // What was left of the payload is passed over, so that the connection can carry the next request.
  if (asked.body !== null) request.resume()
}
