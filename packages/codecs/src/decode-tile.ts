import type { CodedFrame } from '@sansfilm/core/adapters'
import { describeCodestream, lookupTransferSyntax, type PixelDescription } from '@sansfilm/dicom'
import { decodeFrame } from './decode.ts'

/**
 * Decodes a frame of a tiled image. Scanners write the tiles at the right and bottom edge of a slide only as large as the
 * slide is, against PS3.3 §C.7.6.17.3, by which frames have one size: such a tile lies at the top left of one that is as
 * large as the others, and the rest is 0.
 * @param decode what decodes a frame of one size, where that is done elsewhere
 * @throws AdapterError as `decodeFrame`; `damaged` too for a tile that is larger than the others
 */
export async function decodeTile(frame: CodedFrame, decode = decodeFrame): Promise<CodedFrame> {
  return completeTile(await decode(describeTile(frame)), frame.description)
}

/** A frame described by its own size, where that is a part of a tile. */
function describeTile(frame: CodedFrame): CodedFrame {
  if (lookupTransferSyntax(frame.transferSyntax)?.encapsulated !== true) return frame
  const found = describeCodestream(frame.bytes)
  const { rows, columns } = frame.description
  if (found === undefined || found.rows > rows || found.columns > columns) return frame
  return { ...frame, description: { ...frame.description, rows: found.rows, columns: found.columns } }
}

/** The same frame where it is whole. */
function completeTile(frame: CodedFrame, { rows, columns }: PixelDescription): CodedFrame {
  const { description } = frame
  if (description.rows === rows && description.columns === columns) return frame
  const { bitsAllocated, samplesPerPixel, planarConfiguration } = description
  const bytesPerPixel = (bitsAllocated * samplesPerPixel) / 8
  const isSmaller = description.rows <= rows && description.columns <= columns
  if (!isSmaller || !Number.isInteger(bytesPerPixel) || planarConfiguration === 1) return frame
  const bytes = new Uint8Array(rows * columns * bytesPerPixel)
  const length = description.columns * bytesPerPixel
  for (let row = 0; row < description.rows; row++) {
    bytes.set(frame.bytes.subarray(row * length, (row + 1) * length), row * columns * bytesPerPixel)
  }
  return { ...frame, bytes, description: { ...description, rows, columns } }
}
