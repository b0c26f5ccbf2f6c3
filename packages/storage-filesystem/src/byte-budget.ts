/** Sizes in bytes, powers of two. */
export interface ByteBudgetOptions {
  readonly total: number
  readonly largest: number
  readonly smallest: number
}

/**
 * Shares memory among many streams: few get large buffers, and when the total is spent the rest get the smallest, so
 * that no stream waits for another and `n` streams hold at most `total + n * smallest` bytes.
 */
export class ByteBudget {
  #free: number
  readonly #options: ByteBudgetOptions

  constructor(options: ByteBudgetOptions) {
    this.#free = options.total
    this.#options = options
  }

  /**
   * The size of the buffer that may be used now; to be handed back by `release`.
   * @param most where more would stay empty
   */
  reserve(most = this.#options.largest): number {
    const { smallest } = this.#options
    let size = most
    while (size > smallest && size > this.#free) size /= 2
    this.#free -= size
    return size
  }

  release(size: number): void {
    this.#free += size
  }
}
