import { expect, test } from '@jest/globals'
import { tinyInstance } from '../../test/support/tiny-instance.ts'
import { instanceUidOf } from './instance-uid.ts'

test('finds the UID in the File Meta Information', () => {
  expect(instanceUidOf(tinyInstance({ instance: '2.25.77' }))).toBe('2.25.77')
})

test.each([0, 131, 132, 140, 150, 200])('has nothing to say of an object cut off after %d bytes', (length) => {
  expect(instanceUidOf(tinyInstance({ instance: '2.25.77' }).subarray(0, length))).toBeUndefined()
})

test('gives up at what is no File Meta Information', () => {
  expect(instanceUidOf(Buffer.alloc(1000, 0xff))).toBeUndefined()
})
