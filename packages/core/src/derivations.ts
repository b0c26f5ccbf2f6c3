import { createHash } from 'node:crypto'
import type { DerivedCache } from './adapters/index.ts'

/**
 * Makes what is derived from stored instances once: taken from the cache where it is kept, and however many ask for it at
 * the same time, one works and all get the bytes.
 */
export class Derivations {
  readonly #cache: DerivedCache | undefined
  readonly #underWay = new Map<string, Promise<Uint8Array>>()

  constructor(cache: DerivedCache | undefined) {
    this.#cache = cache
  }

  /**
   * The bytes that `pieces` promise: everything they depend on is among them, the digest of the instance first of all.
   * Those who wait for work that fails fail with it; the next to ask tries again.
   */
  async get(pieces: readonly string[], make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const key = createHash('sha256').update(JSON.stringify(pieces)).digest('hex')
    const underWay = this.#underWay.get(key)
    if (underWay !== undefined) return underWay
    const work = this.#take(key, make).finally(() => this.#underWay.delete(key))
    this.#underWay.set(key, work)
    return work
  }

  async #take(key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const kept = await this.#cache?.get(key)
    if (kept !== undefined) return kept
    const made = await make()
    await this.#cache?.put(key, made)
    return made
  }
}
