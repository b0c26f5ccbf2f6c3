/** A range of bytes: `length` bytes from `offset`. */
export interface ByteRange {
  readonly offset: number
  readonly length: number
}

/** Where an instance lies. Several instances may share one object. */
export interface ObjectLocation extends ByteRange {
  readonly key: ObjectKey
}

/**
 * Names an object: `/`-separated segments of `[a-z0-9.-]`, none beginning with a dot, made by the core, never from what a
 * client sent. No key continues another after a `/`. At most 255 characters a segment and 1,024 in all: `assertObjectKey`.
 */
export type ObjectKey = string

/** What `list` tells of an object. */
export interface StoredObject {
  readonly key: ObjectKey
  /** Bytes. */
  readonly length: number
  readonly modified: Date
}

/**
 * Gathers small pieces into objects that they share. Each piece is whole when it is handed over, so what is refused while it
 * comes in never gets here.
 */
export interface Pack {
  /** Pieces whose `append` has not resolved yet, at most: whoever has as many calls `flush` before it waits for one. */
  readonly maxWaiting: number
  /**
   * Adds one piece, given in parts, and resolves to where it lies when it survives power loss: where the storage gathers,
   * no sooner than `flush`. When it rejects, nothing refers to what may have been written. Not for objects of megabytes.
   * @param release called once nobody will look at the memory of the parts again, whatever becomes of the piece
   * @throws AdapterError `out-of-resources` when there is no room
   */
  append(parts: readonly Uint8Array[], release: () => void): Promise<ObjectLocation>
  /** Tells that no more comes for now: what was appended becomes durable without waiting for more. */
  flush(): void
}

/** Who a storage belongs to: a text that lies beside the objects, and is none. */
export interface OwnerMark {
  /** `undefined` where nothing is written. */
  read(): Promise<string | undefined>
  /** Takes the place of what is written. */
  write(owner: string): Promise<void>
}

/** Where instance bytes live. What is no key, or no range, is a `TypeError` or `RangeError` of the caller's. */
export interface InstanceStorage {
  /**
   * Stores the bytes under `key`, which is new. Consumes `bytes` once. When it resolves, the object survives power loss;
   * when it rejects (the source failed, or the storage), nothing is visible under `key` and nothing is left behind that
   * `sweepUnfinished` would not find. The source's error is passed on as it is. Chunks of the source are valid until the
   * next pull only.
   * @throws AdapterError `out-of-resources` when there is no room
   */
  put(key: ObjectKey, bytes: AsyncIterable<Uint8Array>): Promise<{ readonly length: number }>
  /**
   * Begins to store small pieces that come together, such as the instances of one request. Absent where a small object costs
   * no more than a small piece of a large one. An object that pieces are added to is listed, and can be read, as it grows;
   * what a failure leaves after its last whole piece stays until the object is deleted. Ten seconds after its first piece at
   * the latest it takes no more.
   * @param group pieces of different groups never share an object
   * @param newKey names the next object
   */
  openPack?(group: string, newKey: () => ObjectKey): Pack
  /**
   * A stream of the object or of `range`. Rejects `not-found` before the first byte, never in the middle.
   * Whoever gets it iterates it once, or ends it by `return`: only then is the source released. A range past the end gives
   * fewer bytes. A chunk belongs to the reader: its memory is not used again unless it is given to `reuse`.
   */
  get(key: ObjectKey, range?: ByteRange): Promise<AsyncIterable<Uint8Array>>
  /**
   * Whether every `get` and `read` costs a request of its own: then pieces that lie one after the other in an object are read
   * as one stream where they are wanted one after the other. Default false.
   */
  readonly readsInRuns?: boolean
  /** The bytes of `range` in one buffer, for small reads. A range past the end gives fewer bytes. @throws AdapterError `not-found` */
  read(key: ObjectKey, range: ByteRange): Promise<Uint8Array>
  /**
   * Takes back a chunk of `get` or the bytes of `read`, just as they were given (no part of them, no copy), once nobody will
   * look at them again: the storage may read into their memory. Nobody has to give anything back.
   */
  reuse?(bytes: Uint8Array): void
  /** Removes the object. Removing what is not there is not an error. */
  delete(key: ObjectKey): Promise<void>
  /** Every object whose key starts with `prefix`, in ascending key order, without holding them all. */
  list(prefix?: string): AsyncIterable<StoredObject>
  /** Removes what unfinished puts left behind before `before`. */
  sweepUnfinished(before: Date): Promise<{ readonly removed: number }>
  /**
   * The index whose rows refer to the objects: another must not sweep them. Absent where nobody else reaches the storage.
   */
  readonly owner?: OwnerMark
  /** Rejects when the storage cannot serve now; for readiness probes. */
  check(): Promise<void>
  close(): Promise<void>
}
