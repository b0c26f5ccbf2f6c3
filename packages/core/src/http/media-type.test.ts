import { describe, expect, test } from '@jest/globals'
import { formatMediaType, parameterOf, parametersOf, parseMediaType } from './media-type.ts'

describe('parseMediaType', () => {
  test.each([
    ['application/dicom', 'application/dicom', []],
    ['Application/DICOM+JSON ; charset=UTF-8', 'application/dicom+json', [['charset', 'UTF-8']]],
    [
      'multipart/related; type=application/octet-stream; transfer-syntax=*',
      'multipart/related',
      [
        ['type', 'application/octet-stream'],
        ['transfer-syntax', '*'],
      ],
    ],
    [
      'multipart/related;TYPE = "application/dicom" ;boundary="a;b, \\"c\\\\" ',
      'multipart/related',
      [
        ['type', 'application/dicom'],
        ['boundary', 'a;b, "c\\'],
      ],
    ],
    [
      ' image/jls;; transfer-syntax=1.2; transfer-syntax="*";q',
      'image/jls',
      [
        ['transfer-syntax', '1.2'],
        ['transfer-syntax', '*'],
      ],
    ],
    ['multipart/related; boundary="open', 'multipart/related', [['boundary', 'open']]],
    ['multipart / related', 'multipart/related', []],
    ['application/dicom json', 'application/dicom+json', []],
  ])('reads %s', (text, type, parameters) => {
    expect(parseMediaType(text)).toEqual({ type, parameters })
  })

  test.each(['', 'application', '/', 'a/', 'a/b/c', 'a b/c', '"a/b"'])('finds none in %j', (text) => {
    expect(parseMediaType(text)).toBeUndefined()
  })
})

test('parameters are found by name, the first or all', () => {
  const mediaType = parseMediaType('image/jls; transfer-syntax=1.2; transfer-syntax=*') ?? { type: '', parameters: [] }
  expect(parameterOf(mediaType, 'transfer-syntax')).toBe('1.2')
  expect(parametersOf(mediaType, 'transfer-syntax')).toEqual(['1.2', '*'])
  expect(parameterOf(mediaType, 'boundary')).toBeUndefined()
})

test('a written media type keeps UIDs unquoted, and says the same when read', () => {
  const mediaType = {
    type: 'multipart/related',
    parameters: [
      ['type', 'application/octet-stream'],
      ['transfer-syntax', '1.2.3'],
      ['boundary', 'x"\\'],
    ],
  } as const
  const text = 'multipart/related; type="application/octet-stream"; transfer-syntax=1.2.3; boundary="x\\"\\\\"'
  expect(formatMediaType(mediaType)).toBe(text)
  expect(parseMediaType(text)).toEqual(mediaType)
})

test('a header of nothing but spaces takes no time', () => {
  const start = performance.now()
  expect(parseMediaType(`a${' '.repeat(1_000_000)}b`)).toBeUndefined()
  expect(performance.now() - start).toBeLessThan(2000)
})
