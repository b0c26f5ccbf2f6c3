import type { ByteRange } from '../adapters/instance-storage.ts'

/** Bytes that can be read from any place: what Range, HEAD and multipart envelopes are built on. */
export interface Content {
  /** Bytes; `undefined` where only reading tells. Such content cannot be ranged. */
  readonly length: number | undefined
  /** The bytes, or those of `range`, which lies within `length`. Small content comes as one buffer. */
  read(range?: ByteRange): Promise<Uint8Array | AsyncIterable<Uint8Array>>
}
