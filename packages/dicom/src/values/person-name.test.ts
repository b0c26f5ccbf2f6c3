import { expect, test } from '@jest/globals'
import { formatPersonName, parsePersonName } from './person-name.ts'

test.each([
  ['Doe^Jane', { Alphabetic: 'Doe^Jane' }, 'Doe^Jane'],
  [
    'Yamada^Tarou=山田^太郎=やまだ^たろう',
    { Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' },
    undefined,
  ],
  ['==P', { Phonetic: 'P' }, undefined],
  ['A==', { Alphabetic: 'A' }, 'A'],
  ['A=B=C=D', { Alphabetic: 'A', Ideographic: 'B', Phonetic: 'C' }, 'A=B=C'],
])('%j has component groups', (text, name, formatted = text) => {
  expect(parsePersonName(text)).toEqual(name)
  expect(formatPersonName(name)).toBe(formatted)
})

test.each(['', ' ', '=', '=='])('%j is no name', (text) => {
  expect(parsePersonName(text)).toBeUndefined()
})
