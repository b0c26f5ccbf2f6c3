/** Memory that may be used beyond what cannot be done without. */
export class ByteBudget {
  #free: number

  /** @param total bytes */
  constructor(total: number) {
    this.#free = total
  }

  /** Whether so many bytes may be used; then to be handed back by `release`. */
  tryReserve(bytes: number): boolean {
    if (bytes > this.#free) return false
    this.#free -= bytes
    return true
  }

  release(bytes: number): void {
    this.#free += bytes
  }
}
