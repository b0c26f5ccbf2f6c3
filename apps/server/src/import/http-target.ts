import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { refused, type Verdict } from './file-outcome.ts'
import { type RetryPolicy, retryDelay, retryPolicy } from './retry-policy.ts'
import { type StoreTarget, TargetError } from './store-target.ts'
import { storeVerdict } from './store-verdict.ts'
import { watchSource } from './watch-source.ts'

/** How a server is spoken to. */
export interface HttpTargetOptions {
  /** Header fields of every request, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly retry?: RetryPolicy
}

/** What one attempt came to: an answer, or a reason to try again. */
type Attempt = { readonly verdict: Verdict } | { readonly again: string; readonly retryAfter?: string | null }

/** Statuses that pass: too many requests, or a server or proxy that cannot answer now. */
const passingStatuses = new Set([429, 502, 503, 504])

/** Statuses that the next file would get too. */
const finalStatuses: Readonly<Record<number, string>> = {
  401: 'it wants credentials (see --header)',
  403: 'it does not allow storing',
  404: 'there is no DICOMweb service at this address',
  405: 'it does not allow storing',
}

/**
 * A DICOMweb server. Each file is a Store transaction of one part, streamed, in the multipart form that every server takes.
 * @param root URL of the service root; a bare origin stands for its `/dicom-web`
 * @see PS3.18 §10.5
 */
export function httpTarget(root: URL, options: HttpTargetOptions = {}): StoreTarget {
  const url = studiesUrl(root)
  const retry = options.retry ?? retryPolicy
  return {
    async store(bytes, signal) {
      for (let failures = 1; ; failures += 1) {
        const attempt = await tryToStore(url, bytes(), options.headers ?? {}, signal)
        if ('verdict' in attempt) return attempt.verdict
        if (failures >= retry.attempts) {
          throw new TargetError(`${url.host} does not answer after ${failures} attempts: ${attempt.again}`)
        }
        await sleep(retryDelay(failures, attempt.retryAfter, retry), undefined, signal && { signal })
      }
    },
  }
}

function studiesUrl(root: URL): URL {
  const path = root.pathname.replace(/\/+$/, '') || '/dicom-web'
  return new URL(`${path}/studies`, root)
}

async function tryToStore(
  url: URL,
  file: AsyncIterable<Uint8Array>,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<Attempt> {
  const source = watchSource(file)
  const boundary = `sansfilm-${randomUUID()}`
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        accept: 'application/dicom+json',
        'content-type': `multipart/related; type="application/dicom"; boundary="${boundary}"`,
        ...headers,
      },
      // Node's fetch takes iterables, and wants to be told that it sends before it reads; the browser's types know neither.
      ...({ body: multipart(source.bytes, boundary), duplex: 'half' } as unknown as RequestInit),
      redirect: 'error',
      ...(signal !== undefined && { signal }),
    })
    return await judge(response, url)
  } catch (error) {
    source.rethrow()
    if (error instanceof TargetError || signal?.aborted) throw error
    return { again: reasonOf(error) }
  }
}

async function judge(response: Response, url: URL): Promise<Attempt> {
  const { status, headers } = response
  const body = await response.text()
  if (passingStatuses.has(status)) return { again: `status ${status}`, retryAfter: headers.get('retry-after') }
  const objection = finalStatuses[status]
  if (objection !== undefined) throw new TargetError(`${url.host} answered with status ${status}: ${objection}`)
  if (status === 413) return { verdict: refused('Larger than the server takes') }
  const contentType = headers.get('content-type') ?? undefined
  return { verdict: storeVerdict({ status, body, contentType, warning: headers.get('warning') ?? undefined }) }
}

async function* multipart(file: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`)
  yield* file
  yield Buffer.from(`\r\n--${boundary}--\r\n`)
}

/** fetch hides what the network said in `cause`. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message : String(cause)
}
