import type { InstanceStorage, ObjectLocation, Pack, Partition } from '../../adapters/index.ts'
import { newPackKey } from '../object-key.ts'

/**
 * The pack of one request, and which of the request's instances may still come to it: it is flushed when the request waits
 * for its instances and all that were begun are in the pack, refused, or elsewhere.
 */
export class RequestPack {
  readonly #pack: Pack
  /** Instances that were begun and may come to the pack. */
  #coming = 0
  #isWaitedFor = false

  constructor(pack: Pack) {
    this.#pack = pack
  }

  /** Instances under way, at most. */
  get maxPending(): number {
    return this.#pack.maxWaiting
  }

  /** Runs what stores one instance. */
  async storing<Outcome>(store: (place: PlaceInPack) => Promise<Outcome>): Promise<Outcome> {
    this.#coming++
    let isComing = true
    const arrive = () => {
      if (isComing) this.#coming--
      isComing = false
      this.#flushIfWaitedFor()
    }
    try {
      return await store({
        append: (parts, release) => {
          const appended = this.#pack.append(parts, release)
          arrive()
          return appended
        },
      })
    } finally {
      arrive()
    }
  }

  /** To be called when the request waits for an instance, and when it goes on to read. */
  setWaitedFor(isWaitedFor: boolean): void {
    this.#isWaitedFor = isWaitedFor
    this.#flushIfWaitedFor()
  }

  #flushIfWaitedFor(): void {
    if (this.#isWaitedFor && this.#coming === 0) this.#pack.flush()
  }
}

/** Where one instance may go, once. */
export interface PlaceInPack {
  append(parts: readonly Uint8Array[], release: () => void): Promise<ObjectLocation>
}

/** For the small instances of a request; absent where the storage has no packs. */
export function openRequestPack(storage: InstanceStorage, partition: Partition): RequestPack | undefined {
  const pack = storage.openPack?.(partition, () => newPackKey(partition))
  return pack && new RequestPack(pack)
}
