import { itemHeaderSize, readItemLength } from '@sansfilm/dicom'
import type { ByteRange } from '../../adapters/index.ts'
import { bytesContent, type Content, concatContent, sliceContent } from '../../http/content.ts'
import { readPiece } from './whole-content.ts'

/** Values up to this length are looked through in one read; of longer ones the item headers alone are read. */
const oneReadLength = 1024 * 1024

/**
 * The values of the items that lie one after the other, without their headers.
 * @param content of known places: the stored object
 * @param items from the first item's header to the end of the last item
 * @param first how many items are left out at the start: the offset table is one (PS3.5 §A.4)
 */
export async function joinedFragments(content: Content, items: ByteRange, first = 0): Promise<Content> {
  if (items.length > oneReadLength) return joined(content, (await fragmentRanges(content, items)).slice(first))
  const bytes = await readPiece(content, items.offset, items.length)
  const whole = bytesContent(bytes)
  return joined(whole, (await fragmentRanges(whole, { offset: 0, length: bytes.length })).slice(first))
}

function joined(content: Content, fragments: readonly ByteRange[]): Content {
  const [only] = fragments
  if (fragments.length === 1 && only !== undefined) return sliceContent(content, only)
  return concatContent(fragments.map((range) => sliceContent(content, range)))
}

async function fragmentRanges(content: Content, { offset, length }: ByteRange): Promise<readonly ByteRange[]> {
  const end = offset + length
  const ranges: ByteRange[] = []
  for (let at = offset; at < end; ) {
    const headerLength = Math.min(itemHeaderSize, end - at)
    const itemLength = readItemLength(await readPiece(content, at, headerLength), 0)
    if (itemLength === undefined || at + itemHeaderSize + itemLength > end)
      throw new Error('Fragments do not lie where the row of the instance says')
    ranges.push({ offset: at + itemHeaderSize, length: itemLength })
    at += itemHeaderSize + itemLength
  }
  return ranges
}
