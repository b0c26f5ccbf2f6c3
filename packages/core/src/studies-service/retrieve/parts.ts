import { hash } from 'node:crypto'
import { type Content, measured } from '../../http/content.ts'
import { strongTag } from '../../http/entity-tag.ts'
import { formatMediaType } from '../../http/media-type.ts'
import { boundaryFor } from '../../http/multipart-related/boundary.ts'
import { multipartRelated, type OutgoingPart } from '../../http/multipart-related/write.ts'
import type { SelectedMediaType } from '../../media-types/selected-media-type.ts'
import { maxLookedAhead, withLength } from './payload-length.ts'
import type { Retrieved } from './response.ts'

/** More parts than this are pulled one by one, so that little is held however many there are. */
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
  return strongTag(hash('sha256', JSON.stringify(pieces)).slice(0, 40))
}

/** The Content-Type of one representation; `transfer-syntax` is unquoted, as viewers read it. */
export function contentTypeOf({ mediaType, available }: SelectedMediaType): string {
  const { transferSyntax } = available
  return formatMediaType({
    type: mediaType,
    parameters: transferSyntax === undefined ? [] : [['transfer-syntax', transferSyntax]],
  })
}

/** Parts of a payload: held, or made anew for each reader. */
export type PayloadItems =
  | readonly PayloadItem[]
  | {
      readonly pull: () => AsyncIterable<PayloadItem>
      /** Whether the length of the payload may be found before it is sent: that pulls every item. */
      readonly lookAhead: boolean
    }

/**
 * A multipart payload.
 * @param type of the parts, without parameters
 * @param etag of the payload; the boundary is made from it, so that the same payload has the same bytes
 * @see PS3.18 §8.6.1.2
 */
export async function multipartPayload(items: PayloadItems, type: string, etag: string): Promise<Retrieved> {
  const envelope = { type, boundary: boundaryFor(etag) }
  const { contentType, ...content } =
    'pull' in items
      ? multipartRelated(() => eachToPart(items.pull()), envelope)
      : items.every(({ content }) => content.length !== undefined)
        ? multipartRelated(items.map(toPart), envelope)
        : multipartRelated(() => eachToPart(items), envelope)
  const lookAhead = 'pull' in items ? items.lookAhead : countUnknown(items) <= maxLookedAhead
  return {
    content: await withLength(content, etag, lookAhead),
    representation: { contentType, etag },
  }
}

function countUnknown(items: readonly PayloadItem[]): number {
  return items.reduce((count, { content }) => count + (content.length === undefined ? 1 : 0), 0)
}

/** Every part tells its length, found or known: a payload has the same bytes every time. */
async function* eachToPart(items: Iterable<PayloadItem> | AsyncIterable<PayloadItem>): AsyncIterable<OutgoingPart> {
  for await (const item of items) yield toPart({ ...item, content: await measured(item.content) })
}

/** @see PS3.18 Table 8.6.1-1 */
function toPart({ content, contentType, location }: PayloadItem): OutgoingPart {
  return {
    headers: [
      ['Content-Type', contentType],
      ['Content-Length', String(content.length)],
      ['Content-Location', location],
    ],
    content,
  }
}
