import { expect, test } from '@jest/globals'
import { wrapText, writePdf } from './pdf.ts'

test('the cross-reference table points at every object', () => {
  const pdf = writePdf([{ text: 'One (two) \\ three', size: 12 }]).toString('latin1')
  const table = Number(/startxref\n(\d+)/.exec(pdf)?.[1])
  expect(pdf.slice(table, table + 4)).toBe('xref')
  const offsets = [...pdf.slice(table).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, offset]) => Number(offset))
  expect(offsets.map((offset, i) => pdf.startsWith(`${i + 1} 0 obj\n`, offset))).toEqual(Array(6).fill(true))
})

test('the length of the content is right, and its special characters are escaped', () => {
  const pdf = writePdf([{ text: 'One (two) \\ three', size: 12 }]).toString('latin1')
  const [, length, content] = /<< \/Length (\d+) >>\nstream\n(.*?)\nendstream/s.exec(pdf) ?? []
  expect(content).toHaveLength(Number(length))
  expect(content).toContain('(One \\(two\\) \\\\ three)')
})

test('text is broken between words', () => {
  expect(wrapText('aaa bbb ccc', 7)).toEqual(['aaa bbb', 'ccc'])
})
