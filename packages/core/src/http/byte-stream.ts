/** Passes bytes on until they are more than `max`; then fails with what `makeError` gives. */
export async function* limitBytes(
  source: AsyncIterable<Uint8Array>,
  max: number,
  makeError: () => Error,
): AsyncIterable<Uint8Array> {
  let passed = 0
  for await (const chunk of source) {
    passed += chunk.length
    if (passed > max) throw makeError()
    yield chunk
  }
}

/** Passes bytes on, and tells of a failure of the source before it passes that on too. */
export function observeFailure(
  source: AsyncIterable<Uint8Array>,
  observe: (error: unknown) => void,
): AsyncIterable<Uint8Array> {
  return {
    // Not a generator: one that is left before its first pull would not release the source.
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]()
      return {
        async next() {
          try {
            return await iterator.next()
          } catch (error) {
            observe(error)
            throw error
          }
        },
        async return() {
          await iterator.return?.()
          return { done: true, value: undefined }
        },
      }
    },
  }
}

/** All bytes in one buffer, at most `max` of them. Chunks are copied, for a source may use their memory again. */
export async function collectBytes(
  source: AsyncIterable<Uint8Array>,
  max: number,
  makeError: () => Error,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of limitBytes(source, max, makeError)) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

/** A web stream that pulls the source as its reader does; cancelling it ends the iteration. */
export function toReadableStream(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          const next = await iterator.next()
          if (next.done === true) return controller.close()
          // A pull that enqueues nothing would not be repeated.
          if (next.value.length === 0) continue
          return controller.enqueue(next.value)
        }
      },
      async cancel() {
        await iterator.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}

/** Iterates a web stream; ending early cancels it. */
export async function* fromReadableStream(stream: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  const reader = stream.getReader()
  let finished = false
  try {
    for (;;) {
      const next = await reader.read()
      if (next.done) {
        finished = true
        return
      }
      yield next.value
    }
  } finally {
    if (!finished) await reader.cancel().catch(() => undefined)
    reader.releaseLock()
  }
}
