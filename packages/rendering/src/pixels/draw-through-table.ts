import type { PixelRegion, Raster } from './raster.ts'
import { takeRaster } from './raster-memory.ts'
import type { IndexedValues, ValueTable } from './value-table.ts'

/**
 * Draws a region of a frame in one pass over its pixels.
 * @param columns of the frame
 * @param shrink 1, or the side of the squares of pixels that become one: the mean of what they are drawn as, so that clipped
 *   and padding values weigh what they weigh in the full picture
 */
export function drawThroughTable(
  samples: IndexedValues,
  table: ValueTable,
  columns: number,
  region: PixelRegion,
  shrink = 1,
): Raster {
  if (shrink > 1 && table.channels === 1) return drawShrunk(samples, table, columns, region, shrink)
  return table.channels === 1 ? drawGray(samples, table, columns, region) : drawRgb(samples, table, columns, region)
}

function drawGray(samples: IndexedValues, { entries }: ValueTable, columns: number, region: PixelRegion): Raster {
  const { words, shift, bits } = samples
  const { left, top, width, height } = region
  const mask = 2 ** bits - 1
  const isWholeWord = bits === words.BYTES_PER_ELEMENT * 8
  const data = takeRaster(width * height)
  for (let y = 0, o = 0; y < height; y++) {
    let i = (top + y) * columns + left
    const end = o + width
    // The region is within, and the table has an entry for every pattern. Words that are all value need no picking out,
    // which is a third of the time.
    if (isWholeWord) for (; o < end; o++, i++) data[o] = entries[words[i] as number] as number
    else for (; o < end; o++, i++) data[o] = entries[((words[i] as number) >>> shift) & mask] as number
  }
  return { width, height, channels: 1, data }
}

function drawRgb(samples: IndexedValues, { entries }: ValueTable, columns: number, region: PixelRegion): Raster {
  const { words, shift, bits } = samples
  const { left, top, width, height } = region
  const mask = 2 ** bits - 1
  const data = new Uint8Array(width * height * 3)
  for (let y = 0, o = 0; y < height; y++) {
    let i = (top + y) * columns + left
    for (const end = i + width; i < end; i++, o += 3) {
      const at = (((words[i] as number) >>> shift) & mask) * 3 // as above
      data[o] = entries[at] as number
      data[o + 1] = entries[at + 1] as number
      data[o + 2] = entries[at + 2] as number
    }
  }
  return { width, height, channels: 3, data }
}

function drawShrunk(
  samples: IndexedValues,
  { entries }: ValueTable,
  columns: number,
  region: PixelRegion,
  shrink: number,
): Raster {
  const { words, shift, bits } = samples
  const mask = 2 ** bits - 1
  const width = Math.ceil(region.width / shrink)
  const height = Math.ceil(region.height / shrink)
  const data = new Uint8Array(width * height)
  const sums = new Int32Array(region.width)
  for (let y = 0; y < height; y++) {
    sums.fill(0)
    const rows = Math.min(shrink, region.height - y * shrink)
    for (let row = 0; row < rows; row++) {
      const start = (region.top + y * shrink + row) * columns + region.left
      for (let x = 0; x < region.width; x++) {
        const gray = entries[((words[start + x] as number) >>> shift) & mask] as number // as above
        sums[x] = ((sums[x] as number) + gray) | 0 // x is within; said to be an integer, it is added as one
      }
    }
    for (let x = 0, from = 0; x < width; x++) {
      const to = Math.min(from + shrink, region.width)
      const pixels = rows * (to - from)
      let sum = 0
      for (; from < to; from++) sum += sums[from] as number // from is within
      data[y * width + x] = sum / pixels + 0.5
    }
  }
  return { width, height, channels: 1, data }
}
