import { swapUnits } from '@sansfilm/dicom'
import type { ByteRange } from '../../adapters/index.ts'
import type { Content } from '../../http/content.ts'
import { readWhole } from './whole-content.ts'

/** Big endian values are swapped in pieces of this many bytes, a multiple of every unit. */
const pieceLength = 256 * 1024

/**
 * A piece of a big endian attribute as little endian: the byte order of bulk data (PS3.18 §8.7.3.3.1).
 * @param attribute where its values lie in `content`, one after the other
 * @param slice of `content`, within the attribute; it may begin and end inside a value
 * @param unit bytes of one value
 */
export function littleEndianContent(content: Content, attribute: ByteRange, slice: ByteRange, unit: number): Content {
  return {
    length: slice.length,
    async read(range = { offset: 0, length: slice.length }) {
      const from = slice.offset + range.offset
      const pieces = swapped(content, attribute, { offset: from, length: range.length }, unit)
      return range.length <= pieceLength ? readWhole(pieces, range.length) : pieces
    },
  }
}

async function* swapped(
  content: Content,
  { offset: start, length }: ByteRange,
  range: ByteRange,
  unit: number,
): AsyncIterable<Uint8Array> {
  const end = range.offset + range.length
  let at = range.offset
  while (at < end) {
    const aligned = at - ((at - start) % unit)
    const pieceEnd = Math.min(aligned + pieceLength, end)
    const alignedEnd = Math.min(pieceEnd + ((unit - ((pieceEnd - start) % unit)) % unit), start + length)
    const bytes = await readWhole(
      await content.read({ offset: aligned, length: alignedEnd - aligned }),
      alignedEnd - aligned,
    )
    yield swapUnits(bytes, unit).subarray(at - aligned, pieceEnd - aligned)
    at = pieceEnd
  }
}
