import { expect, test } from '@jest/globals'
import { readableName } from './person-name.ts'

test.each([
  [
    { Alphabetic: 'Adams^John Robert Quincy^^Rev.^B.A. M.Div.' },
    { name: 'Adams, Rev. John Robert Quincy, B.A. M.Div.' },
  ],
  [
    { Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎' },
    { name: 'Yamada, Tarou', native: '山田 太郎' },
  ],
  [{ Ideographic: '山田^太郎' }, { name: '山田 太郎' }],
  [{ Alphabetic: '^^^' }, undefined],
  [{}, undefined],
])('reads %j', (name, readable) => {
  expect(readableName(name)).toEqual(readable)
})
