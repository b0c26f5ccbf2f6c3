/** Called millions of times: a local name is found faster than one of the global object. */
const { floor, max, min, sqrt } = Math

/** A sequence of numbers in [0, 1), the same for a seed on every machine (xorshift, Marsaglia 2003). */
export function createRandom(seed: number): () => number {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 4294967296
  }
}

const size = 64
const mask = size - 1

/** Smooth noise in [-1, 1] over space; features are about one unit apart. */
export function createSpaceNoise(seed: number): (x: number, y: number, z: number) => number {
  const random = createRandom(seed)
  const lattice = new Float32Array(size ** 3).map(() => random() * 2 - 1)
  return (x, y, z) => {
    const x0 = floor(x)
    const y0 = floor(y)
    const z0 = floor(z)
    const u = ease(x - x0)
    const v = ease(y - y0)
    const w = ease(z - z0)
    const xa = x0 & mask
    const xb = (x0 + 1) & mask
    const ya = (y0 & mask) * size
    const yb = ((y0 + 1) & mask) * size
    const za = (z0 & mask) * size * size
    const zb = ((z0 + 1) & mask) * size * size
    const at = (i: number) => lattice[i] as number // masked, so within the lattice
    const near = mix(mix(at(xa + ya + za), at(xb + ya + za), u), mix(at(xa + yb + za), at(xb + yb + za), u), v)
    const far = mix(mix(at(xa + ya + zb), at(xb + ya + zb), u), mix(at(xa + yb + zb), at(xb + yb + zb), u), v)
    return mix(near, far, w)
  }
}

/**
 * A square of noise with standard deviation 1 whose neighbours are alike, as reconstruction and beam width make them.
 * It repeats in both directions.
 */
export function createNoiseTexture(side: number, seed: number): Float32Array {
  const random = createRandom(seed)
  const white = new Float32Array(side * side).map(() => random() + random() + random() + random() - 2)
  const texture = new Float32Array(side * side)
  let squares = 0
  for (let y = 0; y < side; y++) {
    const above = ((y + side - 1) % side) * side
    const below = ((y + 1) % side) * side
    for (let x = 0; x < side; x++) {
      const left = (x + side - 1) % side
      const right = (x + 1) % side
      const at = (row: number, column: number) => white[row + column] as number // both wrapped
      const row = y * side
      const value =
        4 * at(row, x) +
        2 * (at(row, left) + at(row, right) + at(above, x) + at(below, x)) +
        at(above, left) +
        at(above, right) +
        at(below, left) +
        at(below, right)
      texture[row + x] = value
      squares += value * value
    }
  }
  const deviation = sqrt(squares / texture.length)
  return texture.map((value) => value / deviation)
}

/** From `a` to `b` as `t` goes from 0 to 1. */
export function mix(a: number, b: number, t: number): number {
  return a + (b - a) * t
}

/** 0 below `from`, 1 above `to`, smooth between; `from` may be the greater. */
export function smoothStep(from: number, to: number, x: number): number {
  return ease(min(1, max(0, (x - from) / (to - from))))
}

function ease(t: number): number {
  return t * t * (3 - 2 * t)
}
