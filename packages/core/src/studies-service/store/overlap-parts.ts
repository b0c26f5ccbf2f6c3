import type { IncomingPart } from '../../http/multipart-related/read.ts'

/** Parts whose bytes have come but that are not durable yet, at most. Their flushes and commits share the disk's time. */
const maxPending = 16

/**
 * Takes each part in turn, and begins the next as soon as the bytes of one have all been read: making it durable goes on
 * meanwhile. Results come in the order of the parts, those before a failure
 * too; what is under way then is waited for.
 */
export async function* overlapParts<Result>(
  parts: AsyncIterable<IncomingPart>,
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
        if (pending.length >= maxPending) yield await (pending.shift() as Promise<Result>) // there are some
      }
    } catch (error) {
      failure = { error }
    }
    // What came before a failure has a result of its own.
    while (pending.length > 0) yield await (pending.shift() as Promise<Result>) // likewise
    if (failure !== undefined) throw failure.error
  } finally {
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
