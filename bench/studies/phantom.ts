import { noise } from './noise.ts'

/** Stored values: what surrounds the body, the body, and how much structures and noise add to either side. */
const air = 24
const body = 1064
const structures = 320
const grainBits = 5

/**
 * A slice through somebody who does not exist, in 12 bits of 16: a round body with smooth structures and fine grain in air.
 * Codecs and pictures of it cost about what those of a patient cost; noise alone would cost several times that.
 * @param n another number gives another picture
 */
export function phantom(columns: number, rows: number, n: number): Buffer {
  const bytes = noise(columns * rows * 2, n)
  const words = new Uint16Array(bytes.buffer, bytes.byteOffset, columns * rows)
  const across = wave(columns, 5 + (n % 4), n)
  const down = wave(rows, 4 + (n % 3), n * 2)
  const radius = 0.42 - (n % 10) * 0.008
  for (let y = 0, i = 0; y < rows; y++) {
    const v = (y / rows - 0.5) / radius
    const ripple = down[y] as number // a row
    for (let x = 0; x < columns; x++, i++) {
      const u = (x / columns - 0.5) / radius
      const grain = (words[i] as number) & (2 ** grainBits - 1) // a pixel
      words[i] = u * u + v * v > 1 ? air + (grain >> 2) : body + structures * (across[x] as number) * ripple + grain
    }
  }
  return bytes
}

function wave(length: number, periods: number, phase: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => Math.sin((i / length) * periods * 2 * Math.PI + phase))
}
