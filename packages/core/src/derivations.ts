import { createHash } from 'node:crypto'
import type { DerivedCache, KeptBytes } from './adapters/index.ts'

/** Results whose keeping is under way: their bytes are held meanwhile. */
const maxBeingKept = 64

/** What bytes are, as the cache is to know it, and then everything they depend on, the digest of the instance first of all. */
export type Identity = readonly ['rendered' | 'transcoded', ...string[]]

/** Work that is under way, and how many wait for it. */
interface Work {
  readonly bytes: Promise<Uint8Array>
  readonly abandoned: AbortController
  waiting: number
}

/**
 * Makes what is derived from stored instances once: taken from the cache where it is kept, and however many ask for it at
 * the same time, one works and all get the bytes.
 */
export class Derivations {
  readonly #cache: DerivedCache | undefined
  readonly #underWay = new Map<string, Work>()
  #beingKept = 0

  constructor(cache: DerivedCache | undefined) {
    this.#cache = cache
  }

  /** What is kept and so long that nobody should hold all of it; `undefined` where it is to be had by `get`. */
  async find(identity: Identity): Promise<KeptBytes | undefined> {
    return this.#cache?.find?.(keyOf(identity))
  }

  /**
   * The bytes of this identity.
   * Those who wait for work that fails fail with it; the next to ask tries again.
   * @param make is given a signal that aborts when all who waited have left
   * @param signal aborts when this asker leaves; it fails with the signal's reason then
   */
  async get(
    identity: Identity,
    make: (signal: AbortSignal) => Promise<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    signal?.throwIfAborted()
    const key = keyOf(identity)
    const work = this.#underWay.get(key) ?? this.#begin(key, make)
    work.waiting++
    const left = Promise.withResolvers<never>()
    const leave = (): void => {
      left.reject(signal?.reason)
      if (--work.waiting === 0) this.#abandon(key, work)
    }
    signal?.addEventListener('abort', leave, { once: true })
    try {
      return await (signal === undefined ? work.bytes : Promise.race([work.bytes, left.promise]))
    } finally {
      signal?.removeEventListener('abort', leave)
    }
  }

  #begin(key: string, make: (signal: AbortSignal) => Promise<Uint8Array>): Work {
    const abandoned = new AbortController()
    const bytes = this.#take(key, () => make(abandoned.signal)).finally(() => {
      if (this.#underWay.get(key) === work) this.#underWay.delete(key)
    })
    // Whoever waits sees the failure; where all have left, nobody has to.
    bytes.catch(() => undefined)
    const work: Work = { bytes, abandoned, waiting: 0 }
    this.#underWay.set(key, work)
    return work
  }

  /** Who asks from now on begins anew. */
  #abandon(key: string, work: Work): void {
    if (this.#underWay.get(key) === work) this.#underWay.delete(key)
    work.abandoned.abort(new Error('Nobody waits for it any more'))
  }

  async #take(key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const kept = await this.#cache?.get(key)
    if (kept !== undefined) return kept
    const made = await make()
    this.#keep(key, made)
    return made
  }

  /** Beside the answer, which need not wait for it. Where keeping is slower than making, some of it is not kept. */
  #keep(key: string, made: Uint8Array): void {
    if (this.#cache === undefined || this.#beingKept >= maxBeingKept) return
    this.#beingKept++
    const done = (): void => {
      this.#beingKept--
    }
    this.#cache.put(key, made).then(done, done)
  }
}

function keyOf(identity: Identity): string {
  return `${createHash('sha256').update(JSON.stringify(identity)).digest('hex')}-${identity[0]}`
}
