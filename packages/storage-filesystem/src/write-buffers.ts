import { ByteBudget } from './byte-budget.ts'

const KiB = 1024
const smallest = 64 * KiB
const largest = KiB * KiB

/** Idle buffers kept, by their size: as many as the parts of a few requests use at once. */
const maxIdle = new Map([
  [smallest, 64],
  [largest, 16],
])

/** Buffers that puts gather into, used again and again so that puts leave nothing for the garbage collector. */
export class WriteBuffers {
  readonly #budget = new ByteBudget({ total: 32 * largest, largest, smallest })
  readonly #idle = new Map<number, Buffer[]>()

  /** For an object that may be small: most of a large buffer would stay empty. */
  takeSmall(): Buffer {
    return this.#take(this.#budget.reserve(smallest))
  }

  /** As large as there is memory for. To be handed back by `give`, as small ones are. */
  take(): Buffer {
    return this.#take(this.#budget.reserve())
  }

  give(buffer: Buffer): void {
    this.#budget.release(buffer.length)
    const idle = this.#idle.get(buffer.length) ?? []
    if (idle.length >= (maxIdle.get(buffer.length) ?? 0)) return
    idle.push(buffer)
    this.#idle.set(buffer.length, idle)
  }

  clear(): void {
    this.#idle.clear()
  }

  #take(size: number): Buffer {
    return this.#idle.get(size)?.pop() ?? Buffer.allocUnsafeSlow(size)
  }
}
