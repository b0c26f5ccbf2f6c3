/** Told that an operation of an adapter begins; what it returns is told how that ended. */
export type CallWatch = (adapter: string, operation: string) => (failure?: unknown) => void

/** They give memory back, end, or look something up in a table: there is nothing to wait for. */
const unwatched = new Set<string | symbol>(['reuse', 'close', 'flush', 'mediaTypesOf', 'describe'])

/** They give a part of the adapter at once, and it is the part that works. */
const giveParts = new Set(['openPack'])

/**
 * The adapter as it is, its operations watched. An operation ends when its promise settles, and an iteration with its first
 * item: what follows waits for the reader as often as for the adapter.
 */
export function watchCalls<Adapter extends object>(adapter: Adapter, name: string, watch: CallWatch): Adapter {
  const watched = new Map<string, unknown>()
  return new Proxy(adapter, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key)
      if (typeof key !== 'string' || typeof member !== 'function') return member
      const known = watched.get(key)
      if (known !== undefined) return known
      const call = (...args: unknown[]): unknown => member.apply(target, args)
      const watchedCall = (...args: unknown[]): unknown =>
        watchCall(
          () => call(...args),
          () => watch(name, key),
        )
      const givePart = (...args: unknown[]) => watchCalls(call(...args) as object, name, watch) // as its name says
      const operation = unwatched.has(key) ? call : giveParts.has(key) ? givePart : watchedCall
      watched.set(key, operation)
      return operation
    },
  })
}

function watchCall(call: () => unknown, begin: () => (failure?: unknown) => void): unknown {
  const end = begin()
  try {
    const result = call()
    if (result instanceof Promise) {
      // On the side: who called gets the very promise.
      result.then(() => end(), end)
      return result
    }
    if (isIterable(result)) return watchFirst(result, end)
    end()
    return result
  } catch (error) {
    end(error)
    throw error
  }
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

async function* watchFirst<Item>(items: AsyncIterable<Item>, end: (failure?: unknown) => void): AsyncGenerator<Item> {
  let isFirst = true
  const endOnce = (failure?: unknown) => {
    if (isFirst) end(failure)
    isFirst = false
  }
  try {
    for await (const item of items) {
      endOnce()
      yield item
    }
  } catch (error) {
    endOnce(error)
    throw error
  } finally {
    endOnce()
  }
}
