import { AdapterError } from '@sansfilm/core/adapters'

/**
 * Lets so many pieces of work run at once, and so many more wait in line; the rest is refused. Who leaves while waiting
 * gives up their place at no cost. What runs is not disturbed when its client leaves: it costs milliseconds, a new worker
 * thread half a second.
 */
export class BoundedQueue {
  readonly #maxWaiting: number
  readonly #waiting = new Set<() => void>()
  #free: number
  readonly #places: number

  constructor({ running, waiting }: { readonly running: number; readonly waiting: number }) {
    this.#free = running
    this.#places = running
    this.#maxWaiting = waiting
  }

  get running(): number {
    return this.#places - this.#free
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /** @throws AdapterError `unavailable` when the line is full; the reason of `signal` when it aborts before the work began */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    if (this.#free > 0) this.#free--
    else await this.#wait(signal)
    try {
      return await work()
    } finally {
      this.#passOn()
    }
  }

  #wait(signal?: AbortSignal): Promise<void> {
    if (this.#waiting.size >= this.#maxWaiting)
      throw new AdapterError('unavailable', `${this.#waiting.size} images wait to be drawn or decoded already`)
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      const leave = (): void => {
        this.#waiting.delete(begin)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', leave, { once: true })
      this.#waiting.add(begin)
    })
  }

  /** The place goes to the first in line. */
  #passOn(): void {
    const [next] = this.#waiting
    if (next === undefined) {
      this.#free++
      return
    }
    this.#waiting.delete(next)
    next()
  }
}
