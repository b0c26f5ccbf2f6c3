import { randomUUID } from 'node:crypto'
import { type Dataset, encodeNativeModel, formatJsonModel } from '@sansfilm/dicom'
import { bytesContent } from '../../http/content.ts'
import type { DicomwebRequest, DicomwebResponse } from '../../http/message.ts'
import { boundaryFor } from '../../http/multipart-related/boundary.ts'
import { multipartRelated } from '../../http/multipart-related/write.ts'
import { formatAfter } from '../../query/parse-query.ts'
import type { SearchRequest } from './request.ts'
import { resultOf } from './result.ts'
import { type Found, maxCounted } from './search.ts'

/** Answers up to this size go out in one write, with their length. */
const maxBufferedBytes = 256 * 1024

/** Larger answers go out in chunks of about this size. */
const chunkBytes = 32 * 1024

/**
 * The answer to a search: 200 with the results in a stream, 204 where there are none.
 * @see PS3.18 §8.3.4.4.1, §10.6.3
 */
export async function searchResponse(
  request: Pick<DicomwebRequest, 'url' | 'serviceRoot'>,
  { mediaType, shape, unsupported }: SearchRequest,
  found: Found,
): Promise<DicomwebResponse> {
  const headers = noticeHeaders(request, unsupported, found)
  const results = await startIterating(found.matches)
  if (results === undefined) return { status: 204, headers, body: null }
  const datasets = mapAsync(results, (match) => resultOf(match, shape))
  const { contentType, chunks } =
    mediaType.model === 'xml'
      ? await xmlParts(datasets)
      : { contentType: mediaType.contentType, chunks: jsonArray(datasets) }
  const body = await bufferSmall(inLargeChunks(chunks))
  const length = body instanceof Uint8Array ? { 'content-length': String(body.length) } : {}
  return { status: 200, headers: { 'content-type': contentType, ...headers, ...length }, body }
}

function noticeHeaders(
  request: Pick<DicomwebRequest, 'url' | 'serviceRoot'>,
  unsupported: readonly string[],
  { cut }: Found,
): Record<string, string> {
  const notices: string[] = []
  if (unsupported.length > 0) {
    notices.push(
      `The following search parameters are not supported and had no effect: ${unsupported.map(printable).join(', ')}`,
    )
  }
  if (cut !== undefined) {
    const count = cut.remaining < maxCounted ? String(cut.remaining) : `${maxCounted} or more`
    notices.push(`There are ${count} additional results that can be requested`)
  }
  const warning = notices.map((notice) => `299 ${request.serviceRoot}: "${notice}"`).join(', ')
  return {
    ...(warning !== '' && { warning }),
    ...(cut !== undefined && { link: `<${nextUrl(request, cut.after)}>; rel="next"` }),
  }
}

/** A header field is no place for what is not a name. */
function printable(name: string): string {
  return /^[\w.-]{1,64}$/.test(name) ? name : '(a name that cannot be shown)'
}

function nextUrl({ url, serviceRoot }: Pick<DicomwebRequest, 'url' | 'serviceRoot'>, after: string): string {
  const [path = '', ...query] = url.split('?')
  const parameters = new URLSearchParams(query.join('?'))
  parameters.delete('offset')
  parameters.set('after', formatAfter(after))
  return `${serviceRoot}${path}?${parameters}`
}

async function* jsonArray(datasets: AsyncIterable<Dataset>): AsyncIterable<Uint8Array> {
  let before = '['
  for await (const dataset of datasets) {
    yield Buffer.from(before + formatJsonModel(dataset))
    before = ',\n'
  }
  yield Buffer.from(']')
}

async function xmlParts(datasets: AsyncIterable<Dataset>) {
  const type = 'application/dicom+xml'
  const parts = mapAsync(datasets, async (dataset) => ({
    headers: [['Content-Type', type]] as const,
    content: bytesContent(Buffer.from(encodeNativeModel(dataset))),
  }))
  const content = multipartRelated(parts, { type, boundary: boundaryFor(randomUUID()) })
  const bytes = await content.read()
  return { contentType: content.contentType, chunks: bytes instanceof Uint8Array ? oneChunk(bytes) : bytes }
}

async function* oneChunk(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}

async function* inLargeChunks(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let held: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    held.push(chunk)
    size += chunk.length
    if (size < chunkBytes) continue
    yield Buffer.concat(held)
    held = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(held)
}

/** The whole where it is small, else an iterable that starts with what was read. */
async function bufferSmall(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array | AsyncIterable<Uint8Array>> {
  const iterator = chunks[Symbol.asyncIterator]()
  const head: Uint8Array[] = []
  let size = 0
  while (size <= maxBufferedBytes) {
    const { done, value } = await iterator.next()
    if (done) return Buffer.concat(head)
    head.push(value)
    size += value.length
  }
  return resume(head, iterator)
}

/** The iterable, known to have a first item; `undefined` where it has none. What fails at once fails here, before a status. */
async function startIterating<Item>(items: AsyncIterable<Item>): Promise<AsyncIterable<Item> | undefined> {
  const iterator = items[Symbol.asyncIterator]()
  const first = await iterator.next()
  return first.done ? undefined : resume([first.value], iterator)
}

async function* resume<Item>(head: readonly Item[], rest: AsyncIterator<Item>): AsyncIterable<Item> {
  try {
    yield* head
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}

async function* mapAsync<From, To>(
  items: AsyncIterable<From>,
  transform: (item: From) => Promise<To>,
): AsyncIterable<To> {
  for await (const item of items) yield await transform(item)
}
