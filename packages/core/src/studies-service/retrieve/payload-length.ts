import { LRUCache } from 'lru-cache'
import { type Content, measured } from '../../http/content.ts'

/** Lengths found, by the entity tag of what they are of: the same tag promises the same bytes, so none grows stale. */
const found = new LRUCache<string, number>({ max: 4096 })

/** Downloads come in pieces at the same time: one of them measures. */
const underWay = new Map<string, Promise<number>>()

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
  const measure = () => measureOnce(content, etag)
  return lookAhead ? exactly(await measure()) : { length: undefined, measure, read }
}

async function measureOnce(content: Content, etag: string): Promise<number> {
  const measuring = underWay.get(etag) ?? measured(content).then(({ length }) => length)
  underWay.set(etag, measuring)
  try {
    const length = await measuring
    found.set(etag, length)
    return length
  } finally {
    underWay.delete(etag)
  }
}
