/** An RGB colour space: its primaries in the profile connection space, and how light becomes numbers. */
export interface RgbSpace {
  readonly name: string
  /** X, Y, Z under D50 of full red, green and blue. */
  readonly primaries: readonly [Xyz, Xyz, Xyz]
  /** The exponent of its curve; sRGB's own curve where absent. */
  readonly gamma?: number
}

type Xyz = readonly [x: number, y: number, z: number]

/** The spaces of the `iccprofile` parameter, and the one that libvips keeps 16-bit colours in. @see PS3.3 §C.11.15.1.2 */
export const rgbSpaces = {
  srgb: {
    name: 'sRGB IEC 61966-2-1',
    primaries: [
      [0.43607, 0.22249, 0.01392],
      [0.38515, 0.71687, 0.09708],
      [0.14307, 0.06061, 0.7141],
    ],
  },
  adobergb: {
    name: 'Adobe RGB (1998) compatible',
    primaries: [
      [0.60974, 0.31111, 0.01947],
      [0.20528, 0.62567, 0.06087],
      [0.14919, 0.06322, 0.74457],
    ],
    gamma: 563 / 256,
  },
  rommrgb: {
    name: 'ROMM RGB ISO 22028-2 compatible',
    primaries: [
      [0.79767, 0.28804, 0],
      [0.13519, 0.71188, 0],
      [0.03134, 0.00009, 0.82491],
    ],
    gamma: 1.8,
  },
  displayP3: {
    name: 'Display P3',
    primaries: [
      [0.51512, 0.2412, -0.00105],
      [0.29198, 0.69225, 0.04189],
      [0.1571, 0.06657, 0.78407],
    ],
  },
} as const satisfies Record<string, RgbSpace>

/** Light, from 0 to 1, of a sample from 0 to 1. */
export function decodeSample({ gamma }: RgbSpace, sample: number): number {
  if (gamma !== undefined) return sample ** gamma
  return sample <= 0.04045 ? sample / 12.92 : ((sample + 0.055) / 1.055) ** 2.4
}

/** The inverse of `decodeSample`. */
export function encodeSample({ gamma }: RgbSpace, light: number): number {
  if (gamma !== undefined) return light ** (1 / gamma)
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055
}

/** Steps of the table that light is encoded by: finer than 8 bits can tell apart. */
const lightSteps = 65_535

/**
 * Samples of one space as 8 bits of another; what the other lacks becomes the nearest in each channel.
 * @param full the sample that stands for all light: 255 or 65,535
 */
export function convertRgb(samples: Uint8Array | Uint16Array, full: number, from: RgbSpace, to: RgbSpace): Uint8Array {
  const matrix = multiply(invert(columnsOf(to)), columnsOf(from))
  const decoded = Float32Array.from({ length: full + 1 }, (_, i) => decodeSample(from, i / full))
  const encoded = Uint8Array.from({ length: lightSteps + 1 }, (_, i) =>
    Math.round(255 * encodeSample(to, i / lightSteps)),
  )
  const converted = new Uint8Array(samples.length)
  for (let i = 0; i + 2 < samples.length; i += 3) {
    for (let c = 0; c < 3; c++) {
      let light = 0
      // The matrix has nine numbers, the table an entry for every sample.
      for (let k = 0; k < 3; k++) light += (matrix[c * 3 + k] as number) * (decoded[samples[i + k] as number] as number)
      converted[i + c] = encoded[Math.round(Math.min(Math.max(light, 0), 1) * lightSteps)] as number
    }
  }
  return converted
}

/** From shares of red, green and blue to XYZ, by rows. */
function columnsOf({ primaries: [r, g, b] }: RgbSpace): readonly number[] {
  return [r[0], g[0], b[0], r[1], g[1], b[1], r[2], g[2], b[2]]
}

function multiply(a: readonly number[], b: readonly number[]): readonly number[] {
  return Array.from({ length: 9 }, (_, i) => {
    const row = i - (i % 3)
    return [0, 1, 2].reduce((sum, k) => sum + (a[row + k] as number) * (b[k * 3 + (i % 3)] as number), 0) // nine each
  })
}

function invert(m: readonly number[]): readonly number[] {
  const [a, b, c, d, e, f, g, h, i] = m as readonly [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
  return [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ].map((value) => value / determinant)
}
