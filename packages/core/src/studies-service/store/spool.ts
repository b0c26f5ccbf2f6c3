import type { InstanceStorage, Partition } from '../../adapters/index.ts'
import { newObjectKey } from '../object-key.ts'

/** Bulk data that arrived, kept in storage until the instances that refer to it are written. */
export interface SpooledPart {
  readonly key: string
  /** Bytes. */
  readonly length: number
  /** Of the part, lower case; with its `transfer-syntax` parameter where it had one. */
  readonly mediaType: string
  readonly transferSyntax: string | undefined
}

/**
 * Keeps the bulk data parts of one request. They live in storage as objects without an index row, so what a crash leaves
 * goes with the sweep, and memory holds none of them.
 */
export class Spool {
  readonly #storage: InstanceStorage
  readonly #partition: Partition
  readonly #parts = new Map<string, SpooledPart[]>()

  constructor(storage: InstanceStorage, partition: Partition) {
    this.#storage = storage
    this.#partition = partition
  }

  /** Keeps a part under its Content-Location; several under one are the frames of one image, in order (PS3.18 §10.5.1.4). */
  async add(
    location: string,
    body: AsyncIterable<Uint8Array>,
    mediaType: string,
    transferSyntax: string | undefined,
  ): Promise<void> {
    const key = newObjectKey(this.#partition)
    const { length } = await this.#storage.put(key, body)
    const parts = this.#parts.get(location)
    if (parts === undefined) this.#parts.set(location, [{ key, length, mediaType, transferSyntax }])
    else parts.push({ key, length, mediaType, transferSyntax })
  }

  /** The parts under a location; none where nothing came. */
  at(location: string): readonly SpooledPart[] {
    return this.#parts.get(location) ?? []
  }

  /** A stream of one part's bytes. */
  async *read({ key }: SpooledPart): AsyncIterable<Uint8Array> {
    yield* await this.#storage.get(key)
  }

  /** The first bytes of a part, at most `length`. */
  async head({ key }: SpooledPart, length: number): Promise<Uint8Array> {
    return await this.#storage.read(key, { offset: 0, length })
  }

  async close(): Promise<void> {
    for (const parts of this.#parts.values()) for (const { key } of parts) await this.#storage.delete(key)
  }
}
