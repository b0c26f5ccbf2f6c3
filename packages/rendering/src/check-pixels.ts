import { AdapterError } from '@sansfilm/core/adapters'

/** 134 million: more than any detector has. */
const mostOfImage = 2 ** 27

/** Over all frames, which are in memory at the same time: 256 of CT. */
const mostOfAnimation = 2 ** 26

/** @throws AdapterError `unsupported` where there are more pixels than are drawn; nothing is allocated before */
export function checkPixels(columns: number, rows: number, frames: number): void {
  if (columns * rows * frames <= (frames === 1 ? mostOfImage : mostOfAnimation)) return
  throw new AdapterError('unsupported', `${columns} × ${rows} pixels × ${frames} frames are too many to draw at once`)
}
