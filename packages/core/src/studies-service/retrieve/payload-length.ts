import { LRUCache } from 'lru-cache'
import { type Content, measured } from '../../http/content.ts'

/** Lengths found, by the entity tag of what they are of: the same tag promises the same bytes, so none grows stale. */
const found = new LRUCache<string, number>({ max: 4096 })

/** Of more things than this to look into for a length, it is found only when a range asks for it. */
export const maxLookedAhead = 256

/**
 * Content that many look-ups would measure, with its length where that is known from before, or may be found ahead.
 * @param etag of the content
 */
export async function withLength(content: Content, etag: string, lookAhead: boolean): Promise<Content> {
  const { read } = content
  if (content.length !== undefined) return content
  const exactly = (length: number): Content => ({ length, read: (range = { offset: 0, length }) => read(range) })
  const known = found.get(etag)
  if (known !== undefined) return exactly(known)
  const measure = async () => {
    const { length } = await measured(content)
    found.set(etag, length)
    return length
  }
  return lookAhead ? exactly(await measure()) : { length: undefined, measure, read }
}
