import { expect, test } from '@jest/globals'
import { alignBits, fragmentsRange, joinedLength, joinFragments, swapUnitOf, swapUnits } from './extract.ts'

async function* pieces(bytes: Buffer, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

test.each([1, 3, 8, 100])('joins fragments that come in pieces of %d', async (size) => {
  const items = Buffer.from(
    ['feff00e003000000', '010203', 'feff00e000000000', 'feff00e002000000', '0405'].join(''),
    'hex',
  )
  const joined: Uint8Array[] = []
  for await (const piece of joinFragments(pieces(items, size))) joined.push(piece)
  expect(Buffer.concat(joined).toString('hex')).toBe('0102030405')
  const span = { offset: 8, length: items.length - 8, fragments: 3 }
  expect(fragmentsRange(span)).toEqual({ offset: 0, length: items.length })
  expect(joinedLength(span)).toBe(5)
})

test('aligns bits, first pixel least significant', () => {
  expect([...alignBits(Uint8Array.of(0b1010_0001, 0b0000_0011), 1, 9)]).toEqual([0b1101_0000, 0b1])
  expect([...alignBits(Uint8Array.of(0xff, 0xff), 0, 9)]).toEqual([0xff, 1])
  expect([...alignBits(Uint8Array.of(0xff), 4, 3)]).toEqual([7])
})

test('swaps units and leaves a rest alone', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5)
  expect([...swapUnits(bytes, 2)]).toEqual([2, 1, 4, 3, 5])
  expect([...swapUnits(bytes, 4)]).toEqual([4, 3, 2, 1, 5])
  expect([...swapUnits(bytes, 1)]).toEqual([1, 2, 3, 4, 5])
  expect([...bytes]).toEqual([1, 2, 3, 4, 5])
  expect([swapUnitOf('OB', 8), swapUnitOf('OW', 8), swapUnitOf('OW', 32), swapUnitOf('OD', 64)]).toEqual([1, 2, 4, 8])
})
