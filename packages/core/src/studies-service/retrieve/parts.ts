import { createHash } from 'node:crypto'
import type { Content } from '../../http/content.ts'
import { strongTag } from '../../http/entity-tag.ts'
import { formatMediaType } from '../../http/media-type.ts'
import { boundaryFor } from '../../http/multipart-related/boundary.ts'
import { multipartRelated, type OutgoingPart } from '../../http/multipart-related/write.ts'
import type { SelectedMediaType } from '../../media-types/selected-media-type.ts'
import type { Retrieved } from './response.ts'

/** More parts than this are pulled one by one, with no length told, so that little is held however many there are. */
export const maxHeldParts = 4096

/** One representation of a payload. */
export interface PayloadItem {
  readonly content: Content
  readonly contentType: string
  /** The URL of the resource that is represented. */
  readonly location: string
}

/** What identifies a payload: the same pieces promise the same bytes. */
export function tagOf(...pieces: readonly string[]): string {
  return strongTag(createHash('sha256').update(JSON.stringify(pieces)).digest('hex').slice(0, 40))
}

/** The Content-Type of one representation; `transfer-syntax` is unquoted, as viewers read it. */
export function contentTypeOf({ mediaType, available }: SelectedMediaType): string {
  const { transferSyntax } = available
  return formatMediaType({
    type: mediaType,
    parameters: transferSyntax === undefined ? [] : [['transfer-syntax', transferSyntax]],
  })
}

/**
 * A multipart payload.
 * @param type of the parts, without parameters
 * @param etag of the payload; the boundary is made from it, so that the same payload has the same bytes
 * @see PS3.18 §8.6.1.2
 */
export function multipartPayload(
  items: readonly PayloadItem[] | AsyncIterable<PayloadItem>,
  type: string,
  etag: string,
): Retrieved {
  const boundary = boundaryFor(etag)
  const parts = Symbol.asyncIterator in items ? eachToPart(items) : items.map(toPart)
  const content = multipartRelated(parts, { type, boundary })
  return { content, representation: { contentType: content.contentType, etag } }
}

async function* eachToPart(items: AsyncIterable<PayloadItem>): AsyncIterable<OutgoingPart> {
  for await (const item of items) yield toPart(item)
}

/** @see PS3.18 Table 8.6.1-1 */
function toPart({ content, contentType, location }: PayloadItem): OutgoingPart {
  return {
    headers: [
      ['Content-Type', contentType],
      ...(content.length === undefined ? [] : ([['Content-Length', String(content.length)]] as const)),
      ['Content-Location', location],
    ],
    content,
  }
}
