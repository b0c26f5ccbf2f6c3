import type { PixelDescription } from '@sansfilm/dicom'

/**
 * Native pixels that share their chroma in pairs, or in squares of four, with a full set of samples each.
 * Frames that are long enough have all samples, whatever they are called.
 * @see PS3.3 §C.7.6.3.1.2
 */
export function upsampleChroma(bytes: Uint8Array, description: PixelDescription): Uint8Array {
  const { rows, columns, photometricInterpretation, bitsAllocated } = description
  const pixels = rows * columns
  if (bitsAllocated !== 8 || bytes.length >= pixels * 3) return bytes
  if (photometricInterpretation.endsWith('_422') && bytes.length >= pixels * 2) return from422(bytes, pixels)
  if (photometricInterpretation.endsWith('_420') && bytes.length >= pixels * 1.5) return from420(bytes, rows, columns)
  return bytes
}

/** Y1 Y2 Cb Cr for each two pixels of a row. */
function from422(bytes: Uint8Array, pixels: number): Uint8Array {
  const full = new Uint8Array(pixels * 3)
  for (let i = 0, o = 0; o < full.length; i += 4, o += 6) {
    const [first, second, cb, cr] = bytes.subarray(i, i + 4) as unknown as [number, number, number, number] // the length was checked
    full.set([first, cb, cr, second, cb, cr], o)
  }
  return full
}

/** Y of a pair of rows in turn with the chroma of both: lines of Y Y Cb Cr and of Y Y. */
function from420(bytes: Uint8Array, rows: number, columns: number): Uint8Array {
  const full = new Uint8Array(rows * columns * 3)
  let at = 0
  for (let y = 0; y < rows; y++) {
    const hasChroma = y % 2 === 0
    for (let x = 0; x < columns; x += 2) {
      const o = (y * columns + x) * 3
      full[o] = bytes[at++] ?? 0
      full[o + 3] = bytes[at++] ?? 0
      const chroma = hasChroma ? undefined : o - columns * 3
      const cb = chroma === undefined ? bytes[at++] : full[chroma + 1]
      const cr = chroma === undefined ? bytes[at++] : full[chroma + 2]
      full[o + 1] = cb ?? 0
      full[o + 2] = cr ?? 0
      full[o + 4] = cb ?? 0
      full[o + 5] = cr ?? 0
    }
  }
  return full
}
