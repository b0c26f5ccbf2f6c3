import { swapUnits } from '@sansfilm/dicom'
import type { ByteRange } from '../../adapters/index.ts'
import type { Content } from '../../http/content.ts'
import { readWhole } from './whole-content.ts'

/** Big endian values are swapped in pieces of this many bytes, a multiple of every unit. */
const pieceLength = 256 * 1024

/**
 * Content of big endian values as little endian: the byte order of bulk data (PS3.18 §8.7.3.3.1).
 * @param slice of `content`; it may begin and end within a value, which lies on a multiple of `unit` from `start`
 * @param unit bytes of one value
 */
export function littleEndianContent(content: Content, start: number, slice: ByteRange, unit: number): Content {
  return {
    length: slice.length,
    async read(range = { offset: 0, length: slice.length }) {
      const from = slice.offset + range.offset
      const pieces = swapped(content, start, { offset: from, length: range.length }, unit)
      return range.length <= pieceLength ? readWhole(pieces, range.length) : pieces
    },
  }
}

async function* swapped(content: Content, start: number, range: ByteRange, unit: number): AsyncIterable<Uint8Array> {
  const end = range.offset + range.length
  let at = range.offset
  while (at < end) {
    const aligned = at - ((at - start) % unit)
    const pieceEnd = Math.min(aligned + pieceLength, end)
    const alignedEnd = pieceEnd + ((unit - ((pieceEnd - start) % unit)) % unit)
    const bytes = await readWhole(
      await content.read({ offset: aligned, length: alignedEnd - aligned }),
      alignedEnd - aligned,
    )
    yield swapUnits(bytes, unit).subarray(at - aligned, pieceEnd - aligned)
    at = pieceEnd
  }
}
