import type { Raster } from '../pixels/raster.ts'

/** How a picture is turned: first clockwise, then flipped. */
export interface Turn {
  readonly rotation: 0 | 90 | 180 | 270
  readonly flipHorizontally: boolean
  readonly flipVertically: boolean
}

export const noTurn: Turn = { rotation: 0, flipHorizontally: false, flipVertically: false }

/** Whether width and height change places. */
export function isSideways({ rotation }: Turn): boolean {
  return rotation === 90 || rotation === 270
}

/** Where a point of the picture, as shares of its width and height, is once it is turned. */
export function turnPoint(turn: Turn, u: number, v: number): readonly [u: number, v: number] {
  const rotated: readonly [number, number] =
    turn.rotation === 90
      ? [1 - v, u]
      : turn.rotation === 180
        ? [1 - u, 1 - v]
        : turn.rotation === 270
          ? [v, 1 - u]
          : [u, v]
  return [turn.flipHorizontally ? 1 - rotated[0] : rotated[0], turn.flipVertically ? 1 - rotated[1] : rotated[1]]
}

/** The picture turned; the same one where there is nothing to turn. */
export function turnRaster(raster: Raster, turn: Turn): Raster {
  if (turn.rotation === 0 && !turn.flipHorizontally && !turn.flipVertically) return raster
  const { channels } = raster
  const [width, height] = isSideways(turn) ? [raster.height, raster.width] : [raster.width, raster.height]
  // Where the first pixel comes to lie, and how far each next column and row of the source is from there.
  const place = (column: number, row: number): number => {
    const [u, v] = turnPoint(turn, (column + 0.5) / raster.width, (row + 0.5) / raster.height)
    return (Math.floor(v * height) * width + Math.floor(u * width)) * channels
  }
  const origin = place(0, 0)
  const columnStep = raster.width > 1 ? place(1, 0) - origin : 0
  const rowStep = raster.height > 1 ? place(0, 1) - origin : 0
  const data = new Uint8Array(raster.data.length)
  for (let row = 0, i = 0; row < raster.height; row++) {
    for (let column = 0, o = origin + row * rowStep; column < raster.width; column++, o += columnStep) {
      for (let c = 0; c < channels; c++) data[o + c] = raster.data[i++] as number // i is within
    }
  }
  return { width, height, channels, data }
}
