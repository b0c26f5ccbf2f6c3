import type { ByteRange } from './instance-storage.ts'

/** An entry that is read piece by piece. Nothing is held for it until `read`, so that nobody has to read it. */
export interface KeptBytes {
  readonly length: number
  /**
   * A stream of the bytes, or of those of `range`, as `InstanceStorage.get` gives it; `undefined` where the entry was pushed
   * out meanwhile.
   */
  read(range?: ByteRange): Promise<AsyncIterable<Uint8Array> | undefined>
}

/**
 * Keeps what was made of stored instances and can be made again: rendered images, transcoded frames. Losing an entry costs
 * time alone, so nothing here has to be durable; yet an entry is whole or absent, never half.
 */
export interface DerivedCache {
  /**
   * @param key lower-case letters, digits and hyphens; the same key always stands for the same bytes. It ends with what they
   * are: `-rendered`, `-transcoded`, `-document`.
   */
  get(key: string): Promise<Uint8Array | undefined>
  /**
   * An entry that is too long to be had in one buffer for every reader; `undefined` for all others, which `get` may have.
   * Absent where a cache keeps none so long.
   */
  find?(key: string): Promise<KeptBytes | undefined>
  /** Takes back a piece of what `find` has found, as `InstanceStorage.reuse` does. Any other bytes are let be. */
  reuse?(bytes: Uint8Array): void
  /** Keeps the bytes, which may push out others, or does not. Rejects for nothing: a cache that fails keeps nothing. */
  put(key: string, bytes: Uint8Array): Promise<void>
}
