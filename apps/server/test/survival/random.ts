/** Numbers that a seed repeats. */
export interface Random {
  /** From 0 to below 1. */
  next(): number
  /** A whole number from 0 to below `end`. */
  below(end: number): number
  /** One of the given. */
  pick<T>(items: readonly T[]): T
  bytes(length: number): Buffer
}

/** Mulberry32: small, fast, and good enough to choose moments and places. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next32 = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const next = () => next32() / 2 ** 32
  const below = (end: number) => Math.floor(next() * end)
  return {
    next,
    below,
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError('nothing to pick from')
      return items[below(items.length)] as T // there is one at every index below the length
    },
    bytes(length) {
      const bytes = Buffer.alloc(length + 3)
      for (let at = 0; at < length; at += 4) bytes.writeUInt32LE(next32(), Math.min(at, length - 1))
      return bytes.subarray(0, length)
    },
  }
}
