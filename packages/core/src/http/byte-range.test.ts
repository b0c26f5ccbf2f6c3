import { expect, test } from '@jest/globals'
import { formatContentRange, parseRange } from './byte-range.ts'

test.each([
  ['bytes=0-0', { offset: 0, length: 1 }],
  ['bytes=0-99', { offset: 0, length: 100 }],
  ['bytes=10-', { offset: 10, length: 90 }],
  ['bytes=90-1000', { offset: 90, length: 10 }],
  ['bytes=-10', { offset: 90, length: 10 }],
  ['bytes=-1000', { offset: 0, length: 100 }],
  ['Bytes = 1 - 2 ', { offset: 1, length: 2 }],
  ['bytes=99-99999999999999999999999999', { offset: 99, length: 1 }],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=99999999999999999999999999-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  [undefined, undefined],
  ['bytes=', undefined],
  ['bytes=-', undefined],
  ['bytes=5-4', undefined],
  ['bytes=0-1,3-4', undefined],
  ['items=0-1', undefined],
  ['bytes=a-b', undefined],
])('%s of 100 bytes', (header, range) => {
  expect(parseRange(header, 100)).toEqual(range)
})

test('nothing can be taken of nothing', () => {
  expect(parseRange('bytes=0-', 0)).toBe('unsatisfiable')
  expect(parseRange('bytes=-5', 0)).toBeUndefined()
})

test('Content-Range counts from 0 and names the last byte', () => {
  expect(formatContentRange({ offset: 2, length: 3 }, 100)).toBe('bytes 2-4/100')
  expect(formatContentRange('unsatisfiable', 100)).toBe('bytes */100')
})
