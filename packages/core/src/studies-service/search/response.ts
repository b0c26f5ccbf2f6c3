import type { Dataset } from '@sansfilm/dicom'
import type { SearchMatch } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import type { Authorization } from '../../context.ts'
import { acceptsEncoding } from '../../http/accept-encoding.ts'
import { gzipped } from '../../http/gzip-stream.ts'
import type { DicomwebRequest, DicomwebResponse } from '../../http/message.ts'
import { sendChunks } from '../../http/send-chunks.ts'
import { warningOf } from '../../http/warning.ts'
import { formatAfter } from '../../query/parse-query.ts'
import { documentsOf } from '../document-cache.ts'
import { nameToKeep } from './kept-results.ts'
import type { ResultShape, SearchRequest } from './request.ts'
import { resultOf } from './result.ts'
import { formatResults } from './results.ts'
import { type Found, maxCounted } from './search.ts'

/** Caches may keep an answer but have to ask again: the next store can change it, and who asks decides what is in it. */
const cacheControl = 'private, no-cache'

/**
 * The answer to a search: 200 with the results in a stream, 204 where there are none.
 * @see PS3.18 §8.3.4.4.1, §10.6.3
 */
export async function searchResponse(
  request: Pick<DicomwebRequest, 'url' | 'headers' | 'serviceRoot'>,
  parsed: SearchRequest,
  found: Found,
  authorization: Authorization,
  backend: Backend,
): Promise<DicomwebResponse> {
  const { mediaType, shape, unsupported } = parsed
  const notices = { 'cache-control': cacheControl, ...noticeHeaders(request, unsupported, found) }
  const gzip = acceptsEncoding(request.headers['accept-encoding'], 'gzip')
  const name = await nameToKeep(request, parsed, authorization, backend, gzip ? 'gzip' : 'identity')
  const coding = { vary: 'Accept-Encoding', ...(gzip && { 'content-encoding': 'gzip' }) }
  const asKept = { 'content-type': mediaType.mediaType, ...notices, ...coding }
  const documents = documentsOf(backend)
  const kept = name === undefined ? undefined : documents.peek(name)
  // No row has been read until the matches are iterated.
  if (kept !== undefined) return { status: 200, headers: asKept, body: kept }

  const matches = await startIterating(found.matches)
  if (matches === undefined) return { status: 204, headers: notices, body: null }
  const { contentType, chunks } = await formatResults(resultsOf(matches, shape), mediaType)
  if (name !== undefined) {
    const outcome = await documents.get(name, () => (gzip ? gzipped(chunks) : chunks))
    return { status: 200, headers: asKept, body: 'bytes' in outcome ? outcome.bytes : outcome.stream }
  }
  const { headers, body } = await sendChunks(request, chunks)
  return { status: 200, headers: { 'content-type': contentType, ...notices, ...headers }, body }
}

async function* resultsOf(matches: AsyncIterable<SearchMatch>, shape: ResultShape): AsyncIterable<Dataset> {
  for await (const match of matches) yield await resultOf(match, shape)
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
  const warning = notices.map((notice) => warningOf(request.serviceRoot, notice)).join(', ')
  return {
    ...(warning !== '' && { warning }),
    ...(cut?.after !== undefined && { link: `<${nextUrl(request, cut.after)}>; rel="next"` }),
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

/** The iterable, known to have a first item; `undefined` where it has none. What fails at once fails here, before a status. */
async function startIterating<Item>(items: AsyncIterable<Item>): Promise<AsyncIterable<Item> | undefined> {
  const iterator = items[Symbol.asyncIterator]()
  const first = await iterator.next()
  return first.done ? undefined : resume(first.value, iterator)
}

async function* resume<Item>(first: Item, rest: AsyncIterator<Item>): AsyncIterable<Item> {
  try {
    yield first
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}
