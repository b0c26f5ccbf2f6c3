import { setTimeout as sleep } from 'node:timers/promises'
import { refused } from './file-outcome.ts'
import { type HttpAnswer, post } from './http-exchange.ts'
import { type MultipartBody, multipartOf, multipartOfStream } from './multipart-body.ts'
import { type RetryPolicy, retryDelay, retryPolicy } from './retry-policy.ts'
import { type StoreTarget, TargetError } from './store-target.ts'
import { storeVerdict, storeVerdicts } from './store-verdict.ts'
import { watchSource } from './watch-source.ts'

/** How a server is spoken to. */
export interface HttpTargetOptions {
  /** Header fields of every request, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly retry?: RetryPolicy
}

/** What one attempt came to: an answer, or a reason to try again. */
type Attempt = { readonly answer: HttpAnswer } | { readonly again: string; readonly retryAfter?: string | undefined }

/** Statuses that pass: too many requests, or a server or proxy that cannot answer now. */
const passingStatuses = new Set([429, 502, 503, 504])

const elsewhere = 'it is at another address, which --to should name'

/** Statuses that the next file would get too. */
const finalStatuses: Readonly<Record<number, string>> = {
  301: elsewhere,
  302: elsewhere,
  307: elsewhere,
  308: elsewhere,
  401: 'it wants credentials (see --header)',
  403: 'it does not allow storing',
  404: 'there is no DICOMweb service at this address',
  405: 'it does not allow storing',
}

const payloadTooLarge = 413

/**
 * A DICOMweb server, spoken to in the multipart form that every server takes. A file that comes alone is streamed.
 * @param root URL of the service root; a bare origin stands for its `/dicom-web`
 * @see PS3.18 §10.5
 */
export function httpTarget(root: URL, options: HttpTargetOptions = {}): StoreTarget {
  const url = studiesUrl(root)
  const retry = options.retry ?? retryPolicy
  let mayStoreTogether = true

  /** @param body makes the same body for each attempt */
  async function send(
    body: () => MultipartBody<readonly Uint8Array[] | AsyncIterable<Uint8Array>>,
    signal: AbortSignal | undefined,
    rethrow: () => void = () => undefined,
  ): Promise<HttpAnswer> {
    for (let failures = 1; ; failures += 1) {
      const { contentType, pieces } = body()
      const headers = { accept: 'application/dicom+json', 'content-type': contentType, ...options.headers }
      const attempt = await post(url, headers, pieces, signal).then(judge, (error: Error): Attempt => {
        rethrow()
        if (signal?.aborted) throw error
        return { again: error.message }
      })
      if ('answer' in attempt) return attempt.answer
      if (failures >= retry.attempts) {
        throw new TargetError(`${url.host} does not answer after ${failures} attempts: ${attempt.again}`)
      }
      await sleep(retryDelay(failures, attempt.retryAfter, retry), undefined, signal && { signal })
    }
  }

  function judge(answer: HttpAnswer): Attempt {
    const { status, retryAfter } = answer
    if (passingStatuses.has(status)) return { again: `status ${status}`, retryAfter }
    const objection = finalStatuses[status]
    if (objection !== undefined) throw new TargetError(`${url.host} answered with status ${status}: ${objection}`)
    return { answer }
  }

  return {
    async store(bytes, signal) {
      let source = watchSource(bytes())
      let first = true
      const body = () => {
        if (!first) source = watchSource(bytes())
        first = false
        return multipartOfStream(source.bytes)
      }
      const answer = await send(body, signal, () => source.rethrow())
      return answer.status === payloadTooLarge ? refused('Larger than the server takes') : storeVerdict(answer)
    },
    async storeTogether(objects, signal) {
      if (!mayStoreTogether) return []
      const bodies = objects.map(({ bytes }) => bytes)
      const answer = await send(() => multipartOf(bodies), signal)
      // The bound of this server is on requests: what fits alone is still to be found out.
      if (answer.status === payloadTooLarge) mayStoreTogether = false
      return storeVerdicts(
        answer,
        objects.map(({ instance }) => instance),
      )
    },
  }
}

function studiesUrl(root: URL): URL {
  const path = root.pathname.replace(/\/+$/, '') || '/dicom-web'
  return new URL(`${path}/studies`, root)
}
