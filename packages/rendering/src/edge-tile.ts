import type { CodedFrame } from '@sansfilm/core/adapters'
import { type Dataset, describeCodestream, lookupTransferSyntax, type PixelDescription, tags } from '@sansfilm/dicom'

/**
 * A frame described by its own size, where that is a part of a tile: scanners write the tiles at the right and bottom edge
 * of a slide only as large as the slide is, against PS3.3 §C.7.6.17.3, by which frames have one size.
 */
export function describeEdgeTile(frame: CodedFrame, dataset: Dataset): CodedFrame {
  const isTile = dataset[tags.TotalPixelMatrixColumns] !== undefined
  if (!isTile || lookupTransferSyntax(frame.transferSyntax)?.encapsulated !== true) return frame
  const found = describeCodestream(frame.bytes)
  const { rows, columns } = frame.description
  if (found === undefined || found.rows > rows || found.columns > columns) return frame
  return { ...frame, description: { ...frame.description, rows: found.rows, columns: found.columns } }
}

/** A decoded frame at the top left of one of the size that tiles have; the rest is 0. The same frame where it is whole. */
export function completeTile(frame: CodedFrame, { rows, columns }: PixelDescription): CodedFrame {
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
