/**
 * YBR_FULL samples as RGB, which lossy encoders transform by themselves.
 * @param ybr three bytes for each pixel
 * @see PS3.3 §C.7.6.3.1.2
 */
export function ybrFullToRgb(ybr: Uint8Array): Uint8Array {
  const rgb = new Uint8ClampedArray(ybr.length)
  for (let i = 0; i + 2 < ybr.length; i += 3) {
    const y = ybr[i] as number
    const cb = (ybr[i + 1] as number) - 128
    const cr = (ybr[i + 2] as number) - 128
    rgb[i] = y + 1.402 * cr
    rgb[i + 1] = y - 0.344136 * cb - 0.714136 * cr
    rgb[i + 2] = y + 1.772 * cb
  }
  return new Uint8Array(rgb.buffer)
}
