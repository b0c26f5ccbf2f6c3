import { expect, test } from '@jest/globals'
import { drawThroughTable } from './draw-through-table.ts'
import type { IndexedValues, ValueTable } from './value-table.ts'

//  0 1 2
//  3 4 5
const samples: IndexedValues = {
  words: Uint8Array.of(0, 1, 2, 3, 4, 5),
  shift: 0,
  bits: 8,
  signed: false,
  isFloat: false,
}
const tens: ValueTable = { channels: 1, entries: Uint8Array.from({ length: 256 }, (_, i) => i * 10) }

test('every pixel through the table', () => {
  const region = { left: 0, top: 0, width: 3, height: 2 }
  expect([...drawThroughTable(samples, tens, 3, region).data]).toEqual([0, 10, 20, 30, 40, 50])
})

test('a region', () => {
  expect([...drawThroughTable(samples, tens, 3, { left: 1, top: 0, width: 2, height: 2 }).data]).toEqual([
    10, 20, 40, 50,
  ])
})

test('the bits of the value alone', () => {
  const nibbles: IndexedValues = { ...samples, words: Uint16Array.of(0xf1ff, 0xf2ff), shift: 8, bits: 4 }
  const table: ValueTable = { channels: 1, entries: Uint8Array.from({ length: 16 }, (_, i) => i) }
  expect([...drawThroughTable(nibbles, table, 2, { left: 0, top: 0, width: 2, height: 1 }).data]).toEqual([1, 2])
})

test('squares become the mean of what they are drawn as, those at the edge of what is left', () => {
  const region = { left: 0, top: 0, width: 3, height: 2 }
  const shrunk = drawThroughTable(samples, tens, 3, region, 2)
  expect(shrunk).toMatchObject({ width: 2, height: 1 })
  expect([...shrunk.data]).toEqual([20, 35])
})

test('colours', () => {
  const table: ValueTable = { channels: 3, entries: Uint8Array.from({ length: 768 }, (_, i) => i) }
  expect([...drawThroughTable(samples, table, 3, { left: 2, top: 0, width: 1, height: 2 }).data]).toEqual([
    6, 7, 8, 15, 16, 17,
  ])
})
