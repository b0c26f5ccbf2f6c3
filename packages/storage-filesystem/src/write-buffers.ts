import { ByteBudget } from './byte-budget.ts'

const MiB = 1024 * 1024
const largest = MiB
const maxIdle = 8

/** Buffers that puts gather into, used again and again so that a large put leaves nothing for the garbage collector. */
export class WriteBuffers {
  readonly #budget = new ByteBudget({ total: 32 * MiB, largest, smallest: 64 * 1024 })
  #idle: Buffer[] = []

  take(): Buffer {
    const size = this.#budget.reserve()
    return (size === largest ? this.#idle.pop() : undefined) ?? Buffer.allocUnsafeSlow(size)
  }

  give(buffer: Buffer): void {
    this.#budget.release(buffer.length)
    if (buffer.length === largest && this.#idle.length < maxIdle) this.#idle.push(buffer)
  }

  clear(): void {
    this.#idle = []
  }
}
