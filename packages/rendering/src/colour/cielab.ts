/** Red, green and blue of sRGB, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number]

/** White of the profile connection space: D50. */
const white = [0.9642, 1, 0.8249] as const

/**
 * The colour of a CIELab value as DICOM stores it: three 16-bit numbers for L* from 0 to 100, a* and b* from −128 to 127.
 * `undefined` where there are no three. Colours that sRGB lacks become the nearest in each channel.
 * @see PS3.3 §C.10.7.1.1
 */
export function rgbOfCielab(stored: readonly number[]): Rgb | undefined {
  const [l, a, b] = stored
  if (l === undefined || a === undefined || b === undefined) return undefined
  const lightness = ((l * 100) / 65_535 + 16) / 116
  const x = white[0] * cubed(lightness + ((a * 255) / 65_535 - 128) / 500)
  const y = white[1] * cubed(lightness)
  const z = white[2] * cubed(lightness - ((b * 255) / 65_535 - 128) / 200)
  // XYZ of D50 to linear sRGB, adapted to D65 by Bradford.
  return [
    encoded(3.1338561 * x - 1.6168667 * y - 0.4906146 * z),
    encoded(-0.9787684 * x + 1.9161415 * y + 0.033454 * z),
    encoded(0.0719453 * x - 0.2289914 * y + 1.4052427 * z),
  ]
}

function cubed(value: number): number {
  return value > 6 / 29 ? value ** 3 : (value - 4 / 29) * 3 * (6 / 29) ** 2
}

/** A linear share of light as sRGB has it (IEC 61966-2-1). */
function encoded(linear: number): number {
  const share = Math.min(Math.max(linear, 0), 1)
  return Math.round(255 * (share <= 0.0031308 ? 12.92 * share : 1.055 * share ** (1 / 2.4) - 0.055))
}
