import type { Raster } from '../pixels/raster.ts'

/** Binary PGM or PPM of 8 bits; `undefined` for anything else. */
export function readPnm(bytes: Buffer): Raster | undefined {
  const header = /^P([56])\s+(?:#[^\n]*\s+)*(\d+)\s+(\d+)\s+255\s/.exec(bytes.subarray(0, 256).toString('latin1'))
  if (header === null) return undefined
  return {
    width: Number(header[2]),
    height: Number(header[3]),
    channels: header[1] === '5' ? 1 : 3,
    data: bytes.subarray(header[0].length),
  }
}
