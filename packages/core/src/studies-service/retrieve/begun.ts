/**
 * Items that can be pulled again, of which the first is there already, so that a failure of it still has a status. Who
 * pulls first gets that one.
 */
export async function begun<Item>(pull: () => AsyncIterable<Item>): Promise<() => AsyncIterable<Item>> {
  const iterator = pull()[Symbol.asyncIterator]()
  const first = await iterator.next()
  let isTaken = false
  async function* continued(): AsyncIterable<Item> {
    try {
      if (first.done === true) return
      yield first.value
      yield* { [Symbol.asyncIterator]: () => iterator }
    } finally {
      await iterator.return?.()
    }
  }
  return () => {
    if (isTaken) return pull()
    isTaken = true
    return continued()
  }
}

/**
 * Makes something of each, the next few while the reader is still at one: what takes other threads is done side by side.
 * @param ahead how many are begun beyond the one that is read
 */
export async function* madeAhead<Source, Made>(
  sources: Iterable<Source> | AsyncIterable<Source>,
  make: (source: Source) => Promise<Made>,
  ahead: number,
): AsyncIterable<Made> {
  const making: Promise<Made>[] = []
  for await (const source of sources) {
    const made = make(source)
    // The failure is seen where its place is come to, if ever.
    made.catch(() => undefined)
    making.push(made)
    if (making.length > ahead) yield await (making.shift() as Promise<Made>) // it is longer than `ahead`
  }
  for (const made of making) yield await made
}
