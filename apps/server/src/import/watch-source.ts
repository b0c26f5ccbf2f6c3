/** A source whose failure can be told from the failure of whoever reads it. */
export interface WatchedSource {
  readonly bytes: AsyncIterable<Uint8Array>
  /** @throws what the source threw, if it did */
  rethrow(): void
}

/** @param disguise the error the reader sees in place of the source's own */
export function watchSource(
  source: AsyncIterable<Uint8Array>,
  disguise: (error: unknown) => unknown = (error) => error,
): WatchedSource {
  let failure: { readonly error: unknown } | undefined
  async function* watch(): AsyncGenerator<Uint8Array, void, undefined> {
    const chunks = source[Symbol.asyncIterator]()
    let open = true
    try {
      for (;;) {
        const next = await chunks.next().catch((error: unknown) => {
          open = false
          failure = { error }
          throw disguise(error)
        })
        if (next.done) {
          open = false
          return
        }
        yield next.value
      }
    } finally {
      if (open) await chunks.return?.()
    }
  }
  return {
    bytes: watch(),
    rethrow() {
      if (failure !== undefined) throw failure.error
    },
  }
}
