/** The beginning of a stream, and the whole of it still to be read. */
export interface Peeked {
  /** `length` bytes, or fewer where the stream is shorter. */
  readonly head: Uint8Array
  /** Everything from the first byte; to be read once, or `release`d. */
  readonly bytes: AsyncIterable<Uint8Array>
  /** Lets go of the source unread. */
  release(): Promise<void>
}

/** Looks at the first `length` bytes of a stream without taking them from it. */
export async function peekBytes(source: AsyncIterable<Uint8Array>, length: number): Promise<Peeked> {
  const iterator = source[Symbol.asyncIterator]()
  // Copied as they come: a source may use its buffer again after the next pull.
  const chunks: Uint8Array[] = []
  let buffered = 0
  while (buffered < length) {
    const { done, value } = await iterator.next()
    if (done) break
    chunks.push(Uint8Array.from(value))
    buffered += value.length
  }
  const beginning = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
  return {
    head: beginning.subarray(0, length),
    bytes: continueFrom(beginning, iterator),
    async release() {
      await iterator.return?.()
    },
  }
}

/** Gives what was peeked into the first time, and opens anew after that. */
export function openPeeked(peeked: Peeked, reopen: () => AsyncIterable<Uint8Array>): () => AsyncIterable<Uint8Array> {
  let unread: AsyncIterable<Uint8Array> | undefined = peeked.bytes
  return () => {
    const bytes = unread ?? reopen()
    unread = undefined
    return bytes
  }
}

async function* continueFrom(
  beginning: Uint8Array,
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let finished = false
  try {
    if (beginning.length > 0) yield beginning
    for (;;) {
      const { done, value } = await iterator.next()
      if (done) {
        finished = true
        return
      }
      yield value
    }
  } finally {
    if (!finished) await iterator.return?.()
  }
}
