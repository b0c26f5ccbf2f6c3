import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { DerivedCache, InstanceIndex } from '../adapters/index.ts'
import type { Backend } from '../backend.ts'
import { openedStream } from '../http/opened-stream.ts'
import { smallPayloadBytes } from './small-payloads.ts'

/** How often kept documents were of use, since the process began. */
export interface DocumentStatistics {
  /** Asked for, and kept or being made already. */
  readonly hits: number
  /** Made. */
  readonly misses: number
  /** Kept now. */
  readonly bytes: number
}

/** What came of a document: all its bytes, or a stream of them because it is too long to keep. */
type Outcome = { readonly bytes: Uint8Array } | { readonly stream: AsyncIterable<Uint8Array> }

/**
 * Keeps whole documents in memory, within bounds. Keys name the state of what they were made from, so an entry never grows
 * stale: it is merely not asked for any more. One document is made once however many ask at the same time.
 */
export class DocumentCache {
  readonly #documents: LRUCache<string, Uint8Array>
  readonly #underWay = new Map<string, Promise<Uint8Array | undefined>>()
  readonly #maxDocumentBytes: number
  readonly #derivedCache: DerivedCache | undefined
  #hits = 0
  #misses = 0

  /**
   * @param maxBytes of all documents together; one takes at most a sixth of it
   * @param derivedCache keeps those that are worth it beyond the end of the process
   */
  constructor(maxBytes: number, derivedCache?: DerivedCache) {
    this.#derivedCache = derivedCache
    this.#documents = new LRUCache({ maxSize: Math.max(1, maxBytes), sizeCalculation: ({ length }) => length + 1 })
    this.#maxDocumentBytes = Math.floor(maxBytes / 6)
  }

  /** The document, if it is kept. */
  peek(key: string): Uint8Array | undefined {
    const kept = this.#documents.get(key)
    if (kept !== undefined) this.#hits++
    return kept
  }

  get statistics(): DocumentStatistics {
    return { hits: this.#hits, misses: this.#misses, bytes: this.#documents.calculatedSize }
  }

  /**
   * The document of this key: kept, or made by `produce` and kept where it is short enough.
   * @param forLater whether making it costs enough to keep it in the derived cache too
   */
  async get(key: string, produce: () => AsyncIterable<Uint8Array>, forLater = false): Promise<Outcome> {
    const kept = this.peek(key)
    if (kept !== undefined) return { bytes: kept }
    const underWay = this.#underWay.get(key)
    const shared = underWay && (await underWay)
    if (shared !== undefined) {
      this.#hits++
      return { bytes: shared }
    }
    this.#misses++
    const gathering = forLater ? this.#take(key, produce) : gather(produce(), this.#maxDocumentBytes)
    const bytes = gathering.then((outcome) => ('bytes' in outcome ? outcome.bytes : undefined))
    // Those who wait for a document that fails, or is too long, make their own.
    const awaited = bytes.catch(() => undefined)
    this.#underWay.set(key, awaited)
    try {
      const outcome = await gathering
      if ('bytes' in outcome) this.#documents.set(key, outcome.bytes)
      return outcome
    } finally {
      if (this.#underWay.get(key) === awaited) this.#underWay.delete(key)
    }
  }

  async #take(key: string, produce: () => AsyncIterable<Uint8Array>): Promise<Outcome> {
    const name = `${createHash('sha256').update(key).digest('hex')}-document`
    const kept = await this.#derivedCache?.get(name)
    if (kept !== undefined) return { bytes: kept }
    const outcome = await gather(produce(), this.#maxDocumentBytes)
    // The answer does not wait for what only later ones need; a cache rejects for nothing.
    if ('bytes' in outcome) void this.#derivedCache?.put(name, outcome.bytes)
    return outcome
  }
}

async function gather(source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Outcome> {
  const iterator = source[Symbol.asyncIterator]()
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const next = await iterator.next()
    if (next.done === true) return { bytes: Buffer.concat(chunks) }
    chunks.push(next.value)
    length += next.value.length
    if (length > maxBytes) return { stream: continued(chunks, iterator) }
  }
}

/** What was gathered, then what is left. */
function continued(chunks: Uint8Array[], iterator: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  return openedStream({ [Symbol.asyncIterator]: () => iterator }, async function* (rest) {
    try {
      for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) yield chunk
      yield* rest
    } finally {
      await iterator.return?.()
    }
  })
}

/** The documents made of what an index says. */
const caches = new WeakMap<InstanceIndex, DocumentCache>()

/** The documents that are kept of an archive; the rest of what may be kept is for small payloads. */
export function documentsOf({ index, limits: { maxCacheBytes }, derivedCache }: Backend): DocumentCache {
  const cache = caches.get(index) ?? new DocumentCache(maxCacheBytes - smallPayloadBytes(maxCacheBytes), derivedCache)
  caches.set(index, cache)
  return cache
}
