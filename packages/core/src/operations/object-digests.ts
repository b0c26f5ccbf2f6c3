import { createHash, type Hash } from 'node:crypto'
import type { ObjectLocation } from '../adapters/index.ts'
import type { ObjectOfInstance } from '../studies-service/stored-objects.ts'

/** Compares parts of one object with their digests, from one pass over its bytes. */
export class ObjectDigests {
  readonly #parts: readonly { readonly of: ObjectOfInstance; readonly hash: Hash }[]
  #position: number

  /** @param start where in the object the pass begins */
  constructor(parts: readonly ObjectOfInstance[], start = 0) {
    this.#position = start
    this.#parts = parts
      .map((of) => ({ of, hash: createHash('sha256') }))
      .sort((left, right) => left.of.location.offset - right.of.location.offset)
  }

  /** Takes the next bytes of the object. */
  update(chunk: Uint8Array): void {
    const start = this.#position
    this.#position += chunk.length
    for (const { of, hash } of this.#parts) {
      const { offset, length } = of.location
      if (offset >= this.#position) break
      if (offset + length > start) hash.update(chunk.subarray(Math.max(0, offset - start), offset + length - start))
    }
  }

  /** The parts that are as their digests say; to be asked once, at the end of the object. */
  whole(): ReadonlySet<ObjectOfInstance> {
    const found = this.#parts.filter(
      ({ of, hash }) => isWithin(of.location, this.#position) && hash.digest('hex') === of.digest,
    )
    return new Set(found.map(({ of }) => of))
  }
}

function isWithin({ offset, length }: ObjectLocation, end: number): boolean {
  return offset + length <= end
}
