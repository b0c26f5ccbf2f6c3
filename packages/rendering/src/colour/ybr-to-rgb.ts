/**
 * Converts interleaved 8-bit samples in place; leaves those that are RGB. The transforms of JPEG 2000 (YBR_ICT, YBR_RCT) are
 * undone by its decoder.
 * @see PS3.3 §C.7.6.3.1.2
 */
export function ybrToRgb(data: Uint8Array, photometricInterpretation: string): void {
  if (photometricInterpretation.startsWith('YBR_FULL')) convert(data, full)
  else if (photometricInterpretation.startsWith('YBR_PARTIAL')) convert(data, partial)
}

/** RGB = gain × (Y − black) + coefficients × (chroma − 128). */
interface YbrMatrix {
  readonly gain: number
  readonly black: number
  readonly redOfCr: number
  readonly greenOfCb: number
  readonly greenOfCr: number
  readonly blueOfCb: number
}

/** The inverse of the equations for YBR_FULL: those of ITU-T T.871. */
const full: YbrMatrix = {
  gain: 1,
  black: 0,
  redOfCr: 1.402,
  greenOfCb: -0.344136,
  greenOfCr: -0.714136,
  blueOfCb: 1.772,
}
/** The inverse of the equations for YBR_PARTIAL: those of ITU-R BT.601 with Y from 16 to 235, chroma from 16 to 240. */
const partial: YbrMatrix = {
  gain: 255 / 219,
  black: 16,
  redOfCr: (1.402 * 255) / 224,
  greenOfCb: (-0.344136 * 255) / 224,
  greenOfCr: (-0.714136 * 255) / 224,
  blueOfCb: (1.772 * 255) / 224,
}

function convert(data: Uint8Array, matrix: YbrMatrix): void {
  const clamped = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length) // rounds and keeps to 0-255
  for (let i = 0; i + 2 < data.length; i += 3) {
    const y = ((data[i] as number) - matrix.black) * matrix.gain // i + 2 is within
    const cb = (data[i + 1] as number) - 128
    const cr = (data[i + 2] as number) - 128
    clamped[i] = y + matrix.redOfCr * cr
    clamped[i + 1] = y + matrix.greenOfCb * cb + matrix.greenOfCr * cr
    clamped[i + 2] = y + matrix.blueOfCb * cb
  }
}
