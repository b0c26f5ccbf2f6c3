import { describe, expect, test } from '@jest/globals'
import { assignFragments, type FrameHints, packFrames } from './assign-fragments.ts'
import { FragmentList, startsCodestream } from './fragment-list.ts'
import { decodeFrameSpan, encodeFrameTable } from './frame-table.ts'

/** Fragments of 10 bytes from offset 108 on; `true` where one begins a codestream. */
function fragments(...starts: readonly boolean[]): FragmentList {
  const list = new FragmentList()
  for (const [i, start] of starts.entries())
    list.add(108 + i * 18, 10, { startsCodestream: start, endsPadded: i === 3 })
  return list
}

const table = (...offsets: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(offsets.length * 4)
  for (const [i, offset] of offsets.entries()) bytes.writeUInt32LE(offset, i * 4)
  return bytes
}

const extended = (...offsets: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(offsets.length * 8)
  for (const [i, offset] of offsets.entries()) bytes.writeBigUInt64LE(BigInt(offset), i * 8)
  return bytes
}

const plain = fragments(false, false, false, false)
const marked = fragments(true, false, true, false)

describe('assignFragments', () => {
  test.each<[string, FragmentList, Partial<FrameHints>, readonly number[]]>([
    ['no fragments', fragments(), { numberOfFrames: 3 }, [0]],
    ['a single frame of all fragments', marked, { numberOfFrames: 1 }, [0, 4]],
    ['one fragment a frame', plain, { numberOfFrames: 4 }, [0, 1, 2, 3, 4]],
    ['a basic offset table', plain, { numberOfFrames: 2, basicOffsetTable: table(0, 18) }, [0, 1, 4]],
    ['an extended offset table', plain, { numberOfFrames: 2, extendedOffsetTable: extended(0, 54) }, [0, 3, 4]],
    [
      'the extended table first',
      plain,
      { numberOfFrames: 2, basicOffsetTable: table(0, 18), extendedOffsetTable: extended(0, 36) },
      [0, 2, 4],
    ],
    ['codestream starts', marked, { numberOfFrames: 2 }, [0, 2, 4]],
    ['starts where a table points beside', marked, { numberOfFrames: 2, basicOffsetTable: table(0, 20) }, [0, 2, 4]],
    [
      'starts where a table points beyond',
      marked,
      { numberOfFrames: 2, basicOffsetTable: table(0, 4_000_000_000) },
      [0, 2, 4],
    ],
    ['starts where a table goes back', marked, { numberOfFrames: 3, basicOffsetTable: table(0, 36, 18) }, [0, 2, 4]],
    ['starts where the number is none', marked, { numberOfFrames: undefined }, [0, 2, 4]],
    ['all in one where nothing tells', plain, { numberOfFrames: undefined }, [0, 4]],
    ['never more frames than fragments', plain, { numberOfFrames: 2_000_000_000 }, [0, 1, 2, 3, 4]],
    ['as many frames as declared', plain, { numberOfFrames: 3 }, [0, 1, 2, 3]],
  ])('decides by %s', (_, list, hints, starts) => {
    const all = { numberOfFrames: 1, basicOffsetTable: undefined, extendedOffsetTable: undefined, ...hints }
    expect([...assignFragments(list, all)]).toEqual(starts)
  })

  test('packs spans with the headers between their fragments', () => {
    const [block = new Uint8Array()] = packFrames(marked, Uint32Array.of(0, 1, 4))
    expect(decodeFrameSpan(block, 0)).toEqual({ offset: 108, length: 10, fragments: 1, padded: false })
    expect(decodeFrameSpan(block, 1)).toEqual({ offset: 126, length: 46, fragments: 3, padded: true })
    expect(decodeFrameSpan(block, 2)).toBeUndefined()
  })
})

test.each([
  ['ffd8ffe0', true],
  ['ff4fff51', true],
  ['0000000c6a5020200d0a870a', true],
  ['ffd8', false],
  ['0000000c', false],
  ['', false],
])('%s starts a codestream: %s', (hex, expected) => {
  expect(startsCodestream(Buffer.from(hex, 'hex'))).toBe(expected)
})

test.each([undefined, false, true])('the frame table keeps what is known of padding: %s', (padded) => {
  const span = {
    offset: 0xffff_ffff_ff,
    length: 0xffff_ffff,
    fragments: 0x3fff_ffff,
    ...(padded !== undefined && { padded }),
  }
  expect(decodeFrameSpan(encodeFrameTable([span])[0] ?? new Uint8Array(), 0)).toEqual(span)
})
