/** A drawn image: 8 bits a sample, the samples of a pixel together, rows from the top. */
export interface Raster {
  readonly width: number
  readonly height: number
  /** Gray, or red, green, blue. */
  readonly channels: 1 | 3
  readonly data: Uint8Array
}

/** Whole pixels of an image. */
export interface PixelRegion {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** The same image in three channels. */
export function toRgb(raster: Raster): Raster {
  if (raster.channels === 3) return raster
  const data = new Uint8Array(raster.data.length * 3)
  for (let i = 0, o = 0; i < raster.data.length; i++, o += 3) {
    const gray = raster.data[i] as number // i is within
    data[o] = gray
    data[o + 1] = gray
    data[o + 2] = gray
  }
  return { ...raster, channels: 3, data }
}

/** The pixels of a region that lies within. */
export function cropRaster(raster: Raster, { left, top, width, height }: PixelRegion): Raster {
  if (width === raster.width && height === raster.height) return raster
  const { channels } = raster
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * raster.width + left) * channels
    data.set(raster.data.subarray(from, from + width * channels), y * width * channels)
  }
  return { width, height, channels, data }
}
