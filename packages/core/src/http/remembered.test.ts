import { expect, test } from '@jest/globals'
import { remembered } from './remembered.ts'

test('a text is parsed once, a few texts are remembered, and long ones never', () => {
  let parsed = 0
  const parse = remembered((text: string) => ({ text, n: ++parsed }))
  expect(parse('a')).toBe(parse('a'))
  for (let n = 0; n < 100; n++) parse(`b${n}`)
  expect(parse('a')).toEqual({ text: 'a', n: 102 })
  const long = 'x'.repeat(501)
  expect(parse(long)).not.toBe(parse(long))
})
