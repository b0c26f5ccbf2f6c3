import { describe, expect, test } from '@jest/globals'
import { characterSetOf } from './character-set.ts'

/** Bytes as PS3.5 prints them: hexadecimal, or text between. */
function bytes(...parts: readonly (string | number)[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part, 'latin1'))))
}

function decode(terms: string, value: Buffer, delimiters = '\\^='): string {
  return characterSetOf(terms.split('\\')).characterSet.decode(value, delimiters)
}

describe('characterSetOf', () => {
  test.each([
    ['ISO_IR 100', 0xe4, 'ä'],
    ['ISO_IR 101', 0xb1, 'ą'],
    ['ISO_IR 109', 0xa6, 'Ĥ'],
    ['ISO_IR 110', 0xb3, 'ŗ'],
    ['ISO_IR 144', 0xbb, 'Л'],
    ['ISO_IR 127', 0xe2, 'ق'],
    ['ISO_IR 126', 0xc4, 'Δ'],
    ['ISO_IR 138', 0xf9, 'ש'],
    ['ISO_IR 148', 0xfd, 'ı'],
    ['ISO_IR 203', 0xa4, '€'],
    ['ISO_IR 13', 0xd4, 'ﾔ'],
    ['ISO_IR 166', 0xca, 'ส'],
    ['ISO 2022 IR 148', 0xfd, 'ı'],
    ['ISO IR 100', 0xe4, 'ä'],
  ])('%s decodes %d as %s', (term, byte, character) => {
    expect(decode(term, Buffer.of(0x41, byte, 0x42))).toBe(`A${character}B`)
  })

  test.each(['GB18030', 'GBK'])('%s has characters whose second byte is 5C', (term) => {
    expect(decode(term, Buffer.of(0xcd, 0xf5, 0x5c, 0x96, 0x5c)).split('\\')).toEqual(['王', '朶'])
  })

  test('decodes UTF-8', () => {
    expect(decode('ISO_IR 192', Buffer.from('王^小東'))).toBe('王^小東')
  })

  test('switches to kanji and back (PS3.5 §H.3)', () => {
    const name = bytes(
      'Yamada^Tarou=',
      0x1b,
      '$B;3ED',
      0x1b,
      '(B^',
      0x1b,
      '$BB@O:',
      0x1b,
      '(B=',
      0x1b,
      '$B$d$^$@',
      0x1b,
      '(B^',
      0x1b,
      '$B$?$m$&',
      0x1b,
      '(B',
    )
    expect(decode('\\ISO 2022 IR 87', name)).toBe('Yamada^Tarou=山田^太郎=やまだ^たろう')
  })

  test('begins with katakana and romaji where ISO 2022 IR 13 comes first', () => {
    const name = bytes(
      0xd4,
      0xcf,
      0xc0,
      0xde,
      '^',
      0xc0,
      0xdb,
      0xb3,
      '=',
      0x1b,
      '$B;3ED',
      0x1b,
      '(J^',
      0x1b,
      '$BB@O:',
      0x1b,
      '(J',
    )
    expect(decode('ISO 2022 IR 13\\ISO 2022 IR 87', name)).toBe('ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎')
  })

  test('takes half of a kanji that is 5C for no delimiter', () => {
    const text = bytes(0x1b, '$B', 0x30, 0x5c, 0x1b, '(B\\x')
    expect(decode('\\ISO 2022 IR 87', text).split('\\')).toEqual(['移', 'x'])
  })

  test('decodes Korean and Chinese in G1, which delimiters reset', () => {
    const korean = bytes('Hong^Gildong=', 0x1b, '$)C', 0xfb, 0xf3, '^', 0x1b, '$)C', 0xd1, 0xce, 0xd4, 0xd7)
    expect(decode('\\ISO 2022 IR 149', korean)).toBe('Hong^Gildong=洪^吉洞')
    const forgotten = bytes(0x1b, '$)C', 0xfb, 0xf3, '^', 0xd1, 0xce)
    expect(decode('\\ISO 2022 IR 149', forgotten)).toBe('洪^\uFFFD\uFFFD')
    const chinese = bytes(0x1b, '$)A', 0xd0, 0xa1, '\r\n', 0x1b, '$)A', 0xb6, 0xab)
    expect(decode('\\ISO 2022 IR 58', chinese, '')).toBe('小\r\n东')
  })

  test('decodes JIS X 0212', () => {
    expect(decode('\\ISO 2022 IR 159', bytes(0x1b, '$(D', 0x30, 0x21, 0x1b, '(B'))).toBe('丂')
  })

  test('marks what it cannot decode', () => {
    expect(decode('', Buffer.of(0x41, 0xe4))).toBe('A\uFFFD')
    expect(decode('ISO_IR 100', Buffer.of(0x85))).toBe('\uFFFD')
    expect(decode('ISO_IR 192', Buffer.of(0x41, 0xc3))).toBe('A\uFFFD')
    expect(decode('', bytes(0x1b, '%G'))).toBe('\uFFFD%G')
  })

  test('knows its terms', () => {
    expect(characterSetOf(['ISO 2022 IR 6', 'ISO 2022 IR 100']).known).toBe(true)
    expect(characterSetOf(['ISO_IR 999']).known).toBe(false)
    expect(characterSetOf([]).known).toBe(true)
  })
})
