const MiB = 1024 * 1024

/** Of all memory that is kept between tasks. */
const defaultKeptBytes = 32 * MiB

/**
 * Memory that both sides of a task see, used again for the next: frames reach a thread without a copy, and without new
 * memory, whose page faults and collection took half the CPU of drawing a slice.
 */
export class SharedMemory {
  readonly #maxKeptBytes: number
  readonly #idle: SharedArrayBuffer[] = []
  #idleBytes = 0

  constructor(maxKeptBytes = defaultKeptBytes) {
    this.#maxKeptBytes = maxKeptBytes
  }

  /** Memory for one task, of as many pieces as it takes; all of it is to be given back when nobody looks at it any more. */
  lend(): { readonly take: (length: number) => Uint8Array; readonly giveBack: () => void } {
    const lent: SharedArrayBuffer[] = []
    return {
      take: (length) => {
        const memory = this.#find(length)
        lent.push(memory)
        return new Uint8Array(memory, 0, length)
      },
      giveBack: () => {
        for (const memory of lent.splice(0)) this.#keep(memory)
      },
    }
  }

  #find(length: number): SharedArrayBuffer {
    const place = this.#idle.findIndex(({ byteLength }) => byteLength >= length && byteLength <= 4 * sizeFor(length))
    const [memory] = place === -1 ? [] : this.#idle.splice(place, 1)
    if (memory === undefined) return new SharedArrayBuffer(sizeFor(length))
    this.#idleBytes -= memory.byteLength
    return memory
  }

  /** The last used is found first; the longest unused goes. */
  #keep(memory: SharedArrayBuffer): void {
    this.#idle.unshift(memory)
    this.#idleBytes += memory.byteLength
    while (this.#idleBytes > this.#maxKeptBytes) this.#idleBytes -= this.#idle.pop()?.byteLength ?? 0
  }
}

/** Whole megabytes, so that what one frame leaves fits the next. */
function sizeFor(length: number): number {
  return Math.max(1, Math.ceil(length / MiB)) * MiB
}
