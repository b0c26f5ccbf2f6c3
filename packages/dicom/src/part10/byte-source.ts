/** Bytes that come when they are asked for, once. */
export interface ByteSource {
  /** How many bytes come. */
  readonly length: number
  readonly bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

/**
 * A value that is not in the model:
 * - `ByteSource`: the value field, in little endian; of encapsulated Pixel Data the only fragment
 * - `frames`: the fragments of each frame of encapsulated Pixel Data, from which a Basic Offset Table is made
 * - `encapsulated`: items and all, from the Basic Offset Table to before the delimiter, as `BulkDataRange` points at them
 */
export type BulkDataSource =
  | ByteSource
  | { readonly frames: readonly (readonly ByteSource[])[] }
  | (ByteSource & { readonly encapsulated: true })

/** A source that is all there. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return { length: bytes.length, bytes: [bytes] }
}
