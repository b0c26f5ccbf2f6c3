import type { IncomingPart } from '../../http/multipart-related/read.ts'

/** How many parts are under way, and who is to be told that they are waited for. */
export interface OverlapOptions {
  /**
   * Parts whose bytes have come but that are not durable yet, at most. Their flushes and commits share the disk's time.
   * Default 16.
   */
  readonly maxPending?: number | undefined
  /** Told when no more parts are read before a result has come, and when reading goes on. */
  readonly onWaiting?: (isWaiting: boolean) => void
}

/**
 * Takes each part in turn, and begins the next as soon as the bytes of one have all been read: making it durable goes on
 * meanwhile. Results come in the order of the parts, those before a failure
 * too; what is under way then is waited for.
 */
export async function* overlapParts<Result>(
  parts: AsyncIterable<IncomingPart>,
  { maxPending = 16, onWaiting = () => undefined }: OverlapOptions,
  take: (part: IncomingPart) => Promise<Result>,
): AsyncIterable<Result> {
  const pending: Promise<Result>[] = []
  let failure: { readonly error: unknown } | undefined
  try {
    try {
      for await (const { headers, body } of parts) {
        const read = Promise.withResolvers<void>()
        const result = take({ headers, body: tellingEnd(body, read.resolve) })
        // Whoever awaits it later gets the failure; until then it must not count as unhandled.
        result.catch(() => undefined)
        pending.push(result)
        await Promise.race([read.promise, result])
        if (pending.length < maxPending) continue
        onWaiting(true)
        yield await (pending.shift() as Promise<Result>) // there are some
        onWaiting(false)
      }
    } catch (error) {
      failure = { error }
    }
    onWaiting(true)
    // What came before a failure has a result of its own.
    while (pending.length > 0) yield await (pending.shift() as Promise<Result>) // likewise
    if (failure !== undefined) throw failure.error
  } finally {
    onWaiting(true) // for a reader that leaves
    await Promise.allSettled(pending)
  }
}

/** The bytes; `end` is called when they have all been read, or the reader has left. */
async function* tellingEnd(bytes: AsyncIterable<Uint8Array>, end: () => void): AsyncIterable<Uint8Array> {
  try {
    yield* bytes
  } finally {
    end()
  }
}
