import type { InstanceIndex, InstanceScope } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import { acceptsEncoding } from '../../http/accept-encoding.ts'
import { bytesContent, type Content, readAll } from '../../http/content.ts'
import { weakTag } from '../../http/entity-tag.ts'
import { gzipped } from '../../http/gzip-stream.ts'
import { mediaTypes } from '../../media-types/dicom-media-types.ts'
import { type AvailableMediaType, notAcceptable, selectMediaType } from '../../media-types/selected-media-type.ts'
import { documentsOf } from '../document-cache.ts'
import { notFound } from './access.ts'
import { begun } from './begun.ts'
import { metadataJson, metadataXml } from './metadata-document.ts'
import { contentTypeOf, multipartPayload, tagOf } from './parts.ts'
import { maxLookedAhead } from './payload-length.ts'
import type { RetrieveRequest } from './request.ts'
import { conditionsAreMet, type Retrieved, unread } from './response.ts'
import { leastKeptForLater, mostInOneDocument, studyMetadataJson } from './study-metadata.ts'

interface MetadataForm extends AvailableMediaType {
  readonly form: 'json' | 'xml' | 'xml parts'
}

/** @see PS3.18 Table 10.4.4-1 */
const json: MetadataForm = { mediaType: mediaTypes.dicomJson, packaging: 'single', form: 'json' }
const xmlParts: MetadataForm = { mediaType: mediaTypes.dicomXml, packaging: 'multipart', form: 'xml parts' }

/** One document of one instance; where there may be several, parts are the only way, even if single is all that was asked. */
const xmlOfOne: MetadataForm = { mediaType: mediaTypes.dicomXml, packaging: 'single', form: 'xml' }
const xmlOfMany: MetadataForm = { ...xmlOfOne, form: 'xml parts' }

/**
 * Metadata of a study, series or instance, from what ingest prepared.
 * @throws DicomwebError `not-found`, `not-acceptable`
 * @see PS3.18 §10.4.1.1.2
 */
export async function retrieveMetadataDocument(request: RetrieveRequest, backend: Backend): Promise<Retrieved> {
  const { scope, acceptable, root } = request
  const { index } = backend
  const available = [json, xmlParts, scope.instance === undefined ? xmlOfMany : xmlOfOne]
  const selected = selectMediaType(acceptable, available)
  if (selected === undefined) throw notAcceptable(acceptable, [], available)
  const state = await index.state(scope)
  if (state === undefined) throw notFound()

  const { form } = selected.available
  const gzip = acceptsEncoding(request.headers['accept-encoding'], 'gzip')
  const keyOf = (part: InstanceScope, revision: string, encoding = '') =>
    tagOf(JSON.stringify(part), revision, selected.mediaType, form, root, encoding)
  const key = keyOf(scope, state.revision, gzip ? 'gzip' : '')
  // Weak: rows are read after the revision, and a store in between may already be in them.
  const etag = weakTag(key.slice(1, -1))
  const headers = {
    vary: 'Accept-Encoding',
    ...(gzip && { 'content-encoding': 'gzip' }),
  }
  const plain = contentTypeOf(selected)
  const document =
    form === 'xml parts'
      ? await multipartPayload({ pull: () => metadataXml(scope, root, index, plain), lookAhead: false }, plain, key)
      : undefined
  const representation = { contentType: document?.representation.contentType ?? plain, etag, headers }
  if (!conditionsAreMet(request, { etag })) return { content: unread, representation }
  const isLarge = form === 'json' && scope.series === undefined && state.instances > mostInOneDocument
  const jsonBytes = () => (isLarge ? studyMetadataJson(scope, root, backend, keyOf) : metadataJson(scope, root, index))
  if (isLarge && !gzip) {
    if (request.method === 'HEAD') return { content: unread, representation }
    const pull = await begun(jsonBytes)
    return { content: streamContent(pull()), representation }
  }
  const cache = documentsOf(backend)
  const isHead = request.method === 'HEAD'
  // Worth making for its length only where the GET that follows will find it kept.
  if (isHead && state.instances > maxLookedAhead && cache.peek(key) === undefined)
    return { content: unread, representation }

  const produce = () => {
    const bytes =
      document !== undefined ? readAll([document.content]) : form === 'xml' ? onlyDocument(request, index) : jsonBytes()
    return gzip ? gzipped(bytes) : bytes
  }
  const outcome = await cache.get(key, produce, state.instances >= leastKeptForLater)
  if ('bytes' in outcome) return { content: bytesContent(outcome.bytes), representation }
  if (isHead) await outcome.stream[Symbol.asyncIterator]().return?.()
  return { content: isHead ? unread : streamContent(outcome.stream), representation }
}

async function* onlyDocument({ scope, root }: RetrieveRequest, index: InstanceIndex): AsyncIterable<Uint8Array> {
  for await (const { content } of metadataXml(scope, root, index, mediaTypes.dicomXml)) yield* readAll([content])
}

function streamContent(stream: AsyncIterable<Uint8Array>): Content {
  return { length: undefined, read: async () => stream }
}
