import { describe, expect, test } from '@jest/globals'
import { parseAccept, preferredType } from './accept.ts'
import { acceptsEncoding } from './accept-encoding.ts'

/** Ranges as one line each: type, parameters, weight. */
function linesOf(header: string | undefined): string[] {
  return parseAccept(header).map(({ type, parameters, q }) =>
    [type, ...parameters.map(([name, value]) => `${name}=${value}`), q].join(' '),
  )
}

describe('parseAccept', () => {
  test.each<[client: string, header: string | undefined, ranges: string[]]>([
    ['nobody', undefined, ['*/* 1']],
    ['an empty header', ' ', ['*/* 1']],
    ['dicomweb-client, QIDO', 'application/dicom+json', ['application/dicom+json 1']],
    [
      'dicomweb-client, frames',
      'multipart/related; type="application/octet-stream"; transfer-syntax=*',
      ['multipart/related type=application/octet-stream transfer-syntax=* 1'],
    ],
    [
      'dicomweb-client, a list of images',
      'multipart/related; type="image/jls"; transfer-syntax=1.2.840.10008.1.2.4.80, multipart/related; type="image/jhc"; transfer-syntax=1.2.840.10008.1.2.4.201',
      [
        'multipart/related type=image/jls transfer-syntax=1.2.840.10008.1.2.4.80 1',
        'multipart/related type=image/jhc transfer-syntax=1.2.840.10008.1.2.4.201 1',
      ],
    ],
    [
      'OHIF, with a requested transfer syntax',
      'multipart/related; type="image/jls"; transfer-syntax="1.2.840.10008.1.2.4.80"; transfer-syntax="*"',
      ['multipart/related type=image/jls transfer-syntax=1.2.840.10008.1.2.4.80 transfer-syntax=* 1'],
    ],
    [
      'Cornerstone3D',
      'multipart/related; type=application/octet-stream; transfer-syntax=*',
      ['multipart/related type=application/octet-stream transfer-syntax=* 1'],
    ],
    [
      'Weasis',
      'multipart/related;type="application/dicom";transfer-syntax=*',
      ['multipart/related type=application/dicom transfer-syntax=* 1'],
    ],
    ['3D Slicer', 'application/dicom+json, application/json', ['application/dicom+json 1', 'application/json 1']],
    [
      'Firefox, a PDF in a frame',
      'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
      ['text/html 1', 'application/xhtml+xml 1', 'application/xml 0.9', '*/* 0.8'],
    ],
    [
      'Chromium, an image',
      'image/avif,image/webp,image/apng,image/*,*/*;q=0.8',
      ['image/avif 1', 'image/webp 1', 'image/apng 1', 'image/* 1', '*/* 0.8'],
    ],
    [
      "Java's URLConnection",
      'text/html, image/gif, *; q=.2, */*; q=.2',
      ['text/html 1', 'image/gif 1', '*/* 0.2', '*/* 0.2'],
    ],
    ['weights in any order', 'a/a;q=0.1, b/b;Q=1.000, c/c ; q = 0.5;x=y', ['b/b 1', 'c/c x=y 0.5', 'a/a 0.1']],
    ['an exclusion', 'image/png;q=0, image/*', ['image/* 1', 'image/png 0']],
    ['weights that make no sense', 'a/a;q=7, b/b;q=-1, c/c;q=x', ['a/a 1', 'b/b 1', 'c/c 1']],
    ['commas in quotes and empty items', ',, a/a;x="1,2" ,', ['a/a x=1,2 1']],
    ['what is no media range', 'json, a/a, ;q=1', ['a/a 1']],
    ['nothing but that', 'json', []],
  ])('%s', (_, header, ranges) => {
    expect(linesOf(header)).toEqual(ranges)
  })
})

test.each([
  ['*/*', 'image/jpeg'],
  ['image/png', 'image/png'],
  ['image/*;q=0.5, image/png', 'image/png'],
  ['image/png, image/jpeg', 'image/png'],
  ['image/jpeg;q=0, */*', 'image/png'],
  ['image/*;q=0, */*', undefined],
  ['text/html', undefined],
])('of JPEG and PNG, %s prefers %s', (header, preferred) => {
  expect(preferredType(parseAccept(header), ['image/jpeg', 'image/png'])).toBe(preferred)
})

test.each([
  [undefined, false],
  ['gzip, deflate, br', true],
  ['GZIP;q=1.0', true],
  ['gzip;q=0, *', false],
  ['br;q=1, *;q=0.1', true],
  ['identity', false],
])('Accept-Encoding %s admits gzip: %s', (header, admitted) => {
  expect(acceptsEncoding(header, 'gzip')).toBe(admitted)
})
