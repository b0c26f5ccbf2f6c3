import { expect, test } from '@jest/globals'
import { formatsFor } from './formats.ts'

test("writes numbers, sizes and dates as the reader's language does", () => {
  const german = formatsFor('de-DE')
  expect(german.count(1234567)).toBe('1.234.567')
  expect(german.bytes(1_234_567)).toEqual({ amount: '1,23', unit: 'MB' })
  expect(german.date('20260102')).toEqual({ text: '02.01.2026', iso: '2026-01-02' })
})

test('shows what is no date as it is, and survives what is no language', () => {
  const formats = formatsFor('*;;<')
  expect(formats.date('20261399')).toEqual({ text: '20261399', iso: undefined })
  expect(formats.date('1.2')).toEqual({ text: '1.2', iso: undefined })
  expect(formats.bytes(0).amount).toBe('0')
})
