type Bytes = AsyncIterable<Uint8Array>

/**
 * What a generator makes of a source that is open already. Ending the iteration closes the source even where nothing was
 * pulled: a generator that has not begun would know nothing of it.
 */
export function openedStream(source: Bytes, generate: (source: Bytes) => Bytes): Bytes {
  const generator = generate(source)[Symbol.asyncIterator]()
  let begun = false
  return {
    [Symbol.asyncIterator]: () => ({
      next() {
        begun = true
        return generator.next()
      },
      async return() {
        if (!begun) await source[Symbol.asyncIterator]().return?.()
        await generator.return?.()
        return { done: true, value: undefined }
      },
    }),
  }
}
