/** Runs tasks, at most so many at once; the others wait in order. */
export interface ConcurrencyLimit {
  run<T>(task: () => Promise<T>): Promise<T>
}

/** @param most tasks that run at once */
export function createConcurrencyLimit(most: number): ConcurrencyLimit {
  const waiting: (() => void)[] = []
  let free = most
  return {
    async run(task) {
      if (free > 0) free -= 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
      try {
        return await task()
      } finally {
        const next = waiting.shift()
        if (next === undefined) free += 1
        else next()
      }
    },
  }
}

/**
 * Calls `use` for each item, at most `most` at once, pulling an item only when it can be used. The first failure stops the
 * pulling, and is thrown when those that run have ended.
 */
export async function forEachConcurrently<T>(
  items: AsyncIterable<T>,
  most: number,
  use: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  const failures: unknown[] = []
  try {
    for await (const item of items) {
      if (failures.length > 0) break
      const run = use(item)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => running.delete(run))
      running.add(run)
      if (running.size >= most) await Promise.race(running)
    }
  } catch (error) {
    failures.push(error)
  }
  await Promise.all(running)
  if (failures.length > 0) throw failures[0]
}
