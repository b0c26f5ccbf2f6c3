import { type IncomingHttpHeaders, request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Dataset, itemsOf, numberOf, stringOf, tags } from '@sansfilm/dicom'
import { type Identity, sha256, type TestObject } from './test-object.ts'

/** What came back, whole. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** From the first byte sent to the last received. */
  readonly ms: number
}

/** One request; over a connection of its own, so that nothing lingers after the answer. */
export interface Call {
  readonly method?: string
  /** With the query, as it goes over the wire. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>
  /** Default 60 s. */
  readonly timeoutMs?: number
}

/** Sends a request and reads its answer. @throws where there is no whole answer in time */
export async function send(origin: string, { method, path, headers, body, timeoutMs = 60_000 }: Call): Promise<Answer> {
  const started = performance.now()
  const outgoing = request(origin + path, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...headers, ...(body instanceof Uint8Array && { 'content-length': String(body.length) }) },
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
  })
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  outgoing.once('error', reject)
  outgoing.once('response', (incoming) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk) => chunks.push(chunk))
    incoming.once('error', reject)
    incoming.once('end', () =>
      resolve({
        status: incoming.statusCode ?? 0,
        headers: incoming.headers,
        body: Buffer.concat(chunks),
        ms: performance.now() - started,
      }),
    )
  })
  if (body === undefined || body instanceof Uint8Array) outgoing.end(body)
  // A server may answer, and close, before it has read everything: then the answer counts.
  else pipeline(Readable.from(body, { objectMode: false }), outgoing).catch(() => undefined)
  return await promise
}

/** A multipart/related payload. */
export function multipart(
  type: string,
  parts: readonly { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array }[],
): { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer } {
  const boundary = 'survival-of-the-fittest'
  const pieces = parts.flatMap(({ headers, body }) => [
    Buffer.from(
      `--${boundary}\r\n${Object.entries(headers)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}\r\n`,
    ),
    body,
    Buffer.from('\r\n'),
  ])
  return {
    headers: { 'content-type': `multipart/related; type="${type}"; boundary=${boundary}` },
    body: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
  }
}

/** Several instances as one payload. */
export function multipartOf(objects: readonly Pick<TestObject, 'bytes'>[]) {
  return multipart(
    'application/dicom',
    objects.map(({ bytes }) => ({ headers: { 'Content-Type': 'application/dicom' }, body: bytes })),
  )
}

/** What a store says. */
export interface StoreAnswer {
  readonly status: number
  /** SOP Instance UIDs that are stored. */
  readonly acknowledged: readonly string[]
  readonly failureReasons: readonly number[]
  readonly ms: number
}

/** Stores instances: one as it is, several as multipart. */
export async function store(
  origin: string,
  objects: readonly Pick<TestObject, 'bytes'>[],
  timeoutMs?: number,
): Promise<StoreAnswer> {
  const [first] = objects
  const payload =
    objects.length === 1 && first !== undefined
      ? { headers: { 'content-type': 'application/dicom' }, body: first.bytes }
      : multipartOf(objects)
  return readStoreAnswer(
    await send(origin, { path: '/dicom-web/studies', ...payload, ...(timeoutMs !== undefined && { timeoutMs }) }),
  )
}

export function readStoreAnswer({ status, headers, body, ms }: Answer): StoreAnswer {
  if (headers['content-type'] !== 'application/dicom+json') return { status, acknowledged: [], failureReasons: [], ms }
  const module = JSON.parse(body.toString()) as Dataset // the DICOM JSON Model of PS3.18 Table I.1-1
  const failed = [tags.FailedSOPSequence, tags.OtherFailuresSequence].flatMap((tag) => itemsOf(module, tag))
  return {
    status,
    ms,
    acknowledged: itemsOf(module, tags.ReferencedSOPSequence).flatMap(
      (item) => stringOf(item, tags.ReferencedSOPInstanceUID) ?? [],
    ),
    failureReasons: failed.flatMap((item) => numberOf(item, tags.FailureReason) ?? []),
  }
}

/** The matches of a search. @throws where it is not answered with 200 or 204 */
export async function search(origin: string, resource: string): Promise<readonly Dataset[]> {
  const { status, body } = await send(origin, {
    path: `/dicom-web/${resource}`,
    headers: { accept: 'application/dicom+json' },
  })
  if (status === 204) return []
  if (status !== 200) throw new Error(`${resource}: ${status}`)
  return JSON.parse(body.toString()) as Dataset[] // PS3.18 §10.6.3.3.2
}

/** The stored bytes of an instance. */
export async function retrieveStored(origin: string, { study, series, instance }: Identity): Promise<Answer> {
  return await send(origin, {
    path: `/dicom-web/studies/${study}/series/${series}/instances/${instance}`,
    headers: { accept: 'application/dicom; transfer-syntax=*' },
  })
}

/** Notes where an instance does not come back byte for byte. */
export async function whatIsWrongWith(
  origin: string,
  identity: Identity & { readonly sha256: string },
): Promise<string | undefined> {
  const { status, body } = await retrieveStored(origin, identity)
  if (status !== 200) return `instance ${identity.instance}: ${status} instead of its bytes`
  return sha256(body) === identity.sha256 ? undefined : `instance ${identity.instance}: other bytes than were sent`
}

/** The UIDs of a match at instance level. */
export function identityOf(match: Dataset): Identity {
  return {
    study: stringOf(match, tags.StudyInstanceUID) ?? '',
    series: stringOf(match, tags.SeriesInstanceUID) ?? '',
    instance: stringOf(match, tags.SOPInstanceUID) ?? '',
  }
}
