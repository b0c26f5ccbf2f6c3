import { expect, test } from '@jest/globals'
import { evaluateConditions, rangeIsFresh, strongTag, weakTag } from './entity-tag.ts'

const lastModified = new Date('2026-01-02T03:04:05.678Z')
const same = 'Fri, 02 Jan 2026 03:04:05 GMT'
const before = 'Fri, 02 Jan 2026 03:04:04 GMT'

test.each([
  [{}, 'met'],
  [{ 'if-none-match': '"a"' }, 'not modified'],
  [{ 'if-none-match': 'W/"a"' }, 'not modified'],
  [{ 'if-none-match': '"x", "a,b" , "a"' }, 'not modified'],
  [{ 'if-none-match': '*' }, 'not modified'],
  [{ 'if-none-match': '"b"' }, 'met'],
  [{ 'if-none-match': 'a' }, 'met'],
  [{ 'if-modified-since': same }, 'not modified'],
  [{ 'if-modified-since': before }, 'met'],
  [{ 'if-modified-since': 'yesterday' }, 'met'],
  [{ 'if-none-match': '"b"', 'if-modified-since': same }, 'met'],
  [{ 'if-match': '"b"' }, 'failed'],
  [{ 'if-match': 'W/"a"' }, 'failed'],
  [{ 'if-match': '"b", "a"' }, 'met'],
  [{ 'if-match': '*' }, 'met'],
  [{ 'if-match': '"a"', 'if-none-match': '"a"' }, 'not modified'],
  [{ 'if-unmodified-since': before }, 'failed'],
  [{ 'if-unmodified-since': same }, 'met'],
  [{ 'if-match': '"a"', 'if-unmodified-since': before }, 'met'],
])('%j', (headers: Record<string, string>, outcome) => {
  expect(evaluateConditions(headers, { etag: strongTag('a'), lastModified })).toBe(outcome)
})

test.each([
  [undefined, true],
  ['"a"', true],
  ['"b"', false],
  ['W/"a"', false],
  [same, true],
  [before, false],
  ['?', false],
])('If-Range %s lets the range count: %s', (header, fresh) => {
  expect(rangeIsFresh(header, { etag: '"a"', lastModified })).toBe(fresh)
})

test('a weak tag never lets a range count, and no quote gets into a tag', () => {
  expect(rangeIsFresh('W/"a"', { etag: weakTag('a') })).toBe(false)
  expect(strongTag('a"b\r\n')).toBe('"a_b__"')
})
