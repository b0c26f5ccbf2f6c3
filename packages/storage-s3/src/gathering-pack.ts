import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import type { ObjectKey, ObjectLocation, Pack } from '@sansfilm/core/adapters'
import type { Bucket } from './bucket.ts'
import type { ByteBudget } from './byte-budget.ts'
import { Part } from './part.ts'
import type { PartBuffers } from './part-buffers.ts'
import { putPart } from './put-part.ts'

const MiB = 1024 * 1024

/** Of one object: 4,000 images of half a megabyte are sixteen. */
const maxPackLength = 128 * MiB

/** What a pack may hold though the memory that all share is used up: a piece and its header. */
const smallest = 2 * MiB

/** What all packs of a storage share. */
export interface PackContext {
  readonly bucket: Bucket
  readonly buffers: PartBuffers
  /** For what is gathered: `n` packs hold at most `n` pieces and this. */
  readonly budget: ByteBudget
}

/** Pieces that are gathered, and who waits for them. */
interface Gathered {
  readonly part: Part
  length: number
  reserved: number
  readonly stored: PromiseWithResolvers<ObjectKey>
}

/** Gathers small pieces in memory, and stores many as one object with one request. */
export class GatheringPack implements Pack {
  readonly maxWaiting = 1024
  readonly #context: PackContext
  readonly #newKey: () => ObjectKey
  #gathered: Gathered | undefined
  /** Of objects on their way. */
  readonly #storing = new Set<Promise<void>>()
  /** Pieces that wait for memory, and whether they are to be flushed when they have got it. */
  #blocked = 0
  #isFlushWanted = false

  constructor(context: PackContext, newKey: () => ObjectKey) {
    this.#context = context
    this.#newKey = newKey
  }

  async append(parts: readonly Uint8Array[], release: () => void): Promise<ObjectLocation> {
    const length = parts.reduce((sum, part) => sum + part.length, 0)
    const gathered = this.#tryMakeRoom(length) ?? (await this.#waitForRoom(length))
    const offset = gathered.length
    for (const part of parts) gathered.part.append(part)
    gathered.length += length
    release()
    if (this.#isFlushWanted) this.#storeGathered()
    return { key: await gathered.stored.promise, offset, length }
  }

  flush(): void {
    this.#isFlushWanted = this.#blocked > 0
    this.#storeGathered()
  }

  /** Where so many bytes may be added now: what was gathered goes first where it has no room for them. */
  #tryMakeRoom(length: number): Gathered | undefined {
    if (this.#gathered !== undefined && this.#mayGrow(this.#gathered, length)) return this.#gathered
    this.#storeGathered()
    // One at a time may do without the memory that all share.
    const reserved = this.#storing.size > 0 ? smallest : 0
    if (!this.#context.budget.tryReserve(reserved)) return undefined
    const stored = Promise.withResolvers<ObjectKey>()
    stored.promise.catch(() => undefined) // each piece tells of it
    this.#gathered = { part: new Part(this.#context.buffers, maxPackLength), length: 0, reserved, stored }
    return this.#gathered
  }

  async #waitForRoom(length: number): Promise<Gathered> {
    this.#blocked++
    try {
      for (;;) {
        await Promise.race(this.#storing)
        const gathered = this.#tryMakeRoom(length)
        if (gathered !== undefined) return gathered
      }
    } finally {
      this.#blocked--
    }
  }

  #mayGrow(gathered: Gathered, length: number): boolean {
    const size = sizeFor(gathered.length + length)
    if (size > maxPackLength) return false
    const more = Math.max(size - smallest - gathered.reserved, 0)
    if (!this.#context.budget.tryReserve(more)) return false
    gathered.reserved += more
    return true
  }

  #storeGathered(): void {
    const gathered = this.#gathered
    this.#gathered = undefined
    if (this.#blocked === 0) this.#isFlushWanted = false
    if (gathered === undefined) return
    const storing = this.#store(gathered).finally(() => this.#storing.delete(storing))
    this.#storing.add(storing)
  }

  async #store({ part, reserved, stored }: Gathered): Promise<void> {
    const { bucket, budget } = this.#context
    try {
      const key = this.#newKey()
      try {
        await putPart(bucket, key, part)
      } catch (error) {
        // The store may have it, though it has not said so.
        await bucket.client.send(new DeleteObjectCommand(bucket.addressOf(key))).catch(() => undefined)
        throw error
      }
      stored.resolve(key)
    } catch (error) {
      stored.reject(error)
    } finally {
      budget.release(reserved)
    }
  }
}

/** Memory grows by doubling. */
function sizeFor(length: number): number {
  let size = smallest
  while (size < length) size *= 2
  return size
}
