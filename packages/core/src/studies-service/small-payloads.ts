import { LRUCache } from 'lru-cache'
import type { InstanceIndex } from '../adapters/index.ts'
import type { Backend } from '../backend.ts'
import type { Content } from '../http/content.ts'

/** Longer payloads are rare among those that are asked for again and again: tiles of a slide, small frames. */
const maxPayloadBytes = 64 * 1024

/** Of the bytes that an archive keeps in memory. */
const share = 1 / 4

const caches = new WeakMap<InstanceIndex, LRUCache<string, Uint8Array>>()

/**
 * The same content, kept in memory where it is small: what a storage needs a turn of a thread for, or a round trip, then
 * costs a look. None grows stale, it is merely not asked for any more.
 * @param etag a strong entity tag of the content
 */
export function keptWhereSmall<Known extends Content>(content: Known, etag: string, backend: Backend): Known {
  const { length } = content
  const cache = payloadsOf(backend)
  if (length === undefined || length > maxPayloadBytes) return content
  return {
    ...content,
    async read(range) {
      const kept = cache.get(etag)
      if (kept !== undefined)
        return range === undefined ? kept : kept.subarray(range.offset, range.offset + range.length)
      const bytes = await content.read(range)
      // A copy: what was read may go back to the storage, to be used again.
      if (range === undefined && bytes instanceof Uint8Array) cache.set(etag, new Uint8Array(bytes))
      return bytes
    },
  }
}

/** Bytes of `maxCacheBytes` that small payloads take at most. */
export function smallPayloadBytes(maxCacheBytes: number): number {
  return Math.floor(maxCacheBytes * share)
}

function payloadsOf({ index, limits }: Backend): LRUCache<string, Uint8Array> {
  const maxSize = Math.max(1, smallPayloadBytes(limits.maxCacheBytes))
  const cache = caches.get(index) ?? new LRUCache({ maxSize, sizeCalculation: ({ length }) => length + 1 })
  caches.set(index, cache)
  return cache
}
