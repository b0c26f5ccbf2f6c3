import { expect, test } from '@jest/globals'
import { assertObjectKey, isObjectKey } from './object-key.ts'

test.each(['a', 'default/20260131/2359/59999-0b1c', 'a.b/c', '-/0', `${'s'.repeat(255)}/x`])('%j is a key', (key) => {
  expect(isObjectKey(key)).toBe(true)
})

test.each([
  '',
  '/',
  '/a',
  'a/',
  'a//b',
  '.',
  '..',
  'a/..',
  '../a',
  'a/./b',
  '.incoming/a',
  'a/.b',
  'A',
  'a b',
  'a\\b',
  'a\0',
  'a\n',
  'a%2e',
  'é',
  's'.repeat(256),
  `${'a/'.repeat(512)}a`,
])('%j is none', (text) => {
  expect(isObjectKey(text)).toBe(false)
  expect(() => assertObjectKey(text)).toThrow(TypeError)
})
