import { describe, expect, test } from '@jest/globals'
import { type Attribute, type Dataset, tags } from '@sansfilm/dicom'
import type { Scope } from '../loaded-values.ts'
import { lookUp, lookupTableOf } from './lookup-table.ts'

function table(descriptor: readonly number[], data: Attribute | undefined, bulk?: Uint8Array, signed = false) {
  const dataset: Dataset = {
    [tags.LUTDescriptor]: { vr: 'US', Value: descriptor },
    ...(data && { [tags.LUTData]: data }),
  }
  const bulkData = new Map(bulk === undefined ? [] : [[`X/1/${tags.LUTData}`, bulk]])
  const scope: Scope = { dataset, bulkData, path: 'X/1/' }
  return lookupTableOf(scope, tags.LUTDescriptor, tags.LUTData, signed)
}

const values = (...numbers: number[]): Attribute => ({ vr: 'US', Value: numbers })

describe('a lookup table (PS3.3 §C.11.1.1)', () => {
  test('is clamped to its ends', () => {
    const found = table([3, 5, 16], values(100, 200, 300))
    expect(found && [4, 5, 6, 7, 8].map((input) => lookUp(found, input))).toEqual([100, 100, 200, 300, 300])
  })

  test('begins below zero for signed pixels, whatever VR the descriptor has', () => {
    expect(table([2, 65_535, 16], values(1, 2), undefined, true)?.first).toBe(-1)
    expect(table([2, 65_535, 16], values(1, 2))?.first).toBe(65_535)
  })

  test('has 65,536 entries where the descriptor says 0', () => {
    const data = new Uint8Array(131_072).fill(1)
    expect(table([0, 0, 16], { vr: 'OW', BulkDataURI: 'x' }, data)?.entries.length).toBe(65_536)
  })

  test('reads words in little endian order, and packed 8-bit entries', () => {
    const words = table([2, 0, 16], { vr: 'OW', BulkDataURI: 'x' }, Uint8Array.of(1, 2, 3, 4))
    expect([...(words?.entries ?? [])]).toEqual([0x0201, 0x0403])
    const packed = table([4, 0, 8], { vr: 'OW', BulkDataURI: 'x' }, Uint8Array.of(1, 2, 3, 4))
    expect([...(packed?.entries ?? [])]).toEqual([1, 2, 3, 4])
  })

  test('reads inline bytes', () => {
    const inline = Buffer.of(7, 0, 9, 0).toString('base64')
    expect([...(table([2, 0, 8], { vr: 'OW', InlineBinary: inline })?.entries ?? [])]).toEqual([7, 9])
  })
})

describe('a descriptor that lies', () => {
  test('promises more entries than there are', () => {
    const found = table([1000, 0, 16], values(1, 2))
    expect(found?.entries.length).toBe(2)
    expect(found && lookUp(found, 999)).toBe(2)
  })

  test('promises fewer bits than an entry has', () => {
    expect(table([2, 0, 8], values(0, 4095))?.bits).toBe(12)
  })

  test.each([[[]], [[3]], [[3, 0, 16]]])('%j without data is no table', (descriptor) => {
    expect(table(descriptor, undefined)).toBeUndefined()
    expect(table(descriptor, { vr: 'OW' })).toBeUndefined()
    expect(table(descriptor, { vr: 'OW', BulkDataURI: 'gone' })).toBeUndefined()
  })
})
