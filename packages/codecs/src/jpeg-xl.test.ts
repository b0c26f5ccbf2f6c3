import { describe, expect, test } from '@jest/globals'
import { type PixelDescription, transferSyntaxes as ts } from '@sansfilm/dicom'
import { decodeFrame } from './decode.ts'
import { readJpegXlHeader } from './jpeg-xl-header.ts'
import { describeImage } from './testing/images.ts'

/** Images of 5 rows and 7 columns by libjxl's encoder, without loss. Samples count up by `step` and wrap round. */
const images: readonly (readonly [string, PixelDescription, number, string])[] = [
  [
    '12 bits',
    describeImage({ rows: 5, columns: 7, bitsAllocated: 16, bitsStored: 12 }),
    1237,
    '/wogQBgULQIIBAEA2ABLOGoY0tv7KyhIiq3CUu6ZGj8bbJZaaqld5dRSk0qlbzE1qVQqlU4qfYtSqXRS6aTSt5iaVDo=',
  ],
  [
    '16 bits in a container',
    describeImage({ rows: 5, columns: 7, bitsAllocated: 16 }),
    1237,
    'AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAAAJanhsbAoAAABWanhsY/8KIED8AEWLCAQBAAABSxiLFcIx4i5A+foM1VAN1VAN1VBNWf47yMMQysTtqM0I5c9LoaahmqWH0fLnAEueVEM1xwEP5c+Hy3JDNYdBDQ==',
  ],
  [
    'RGB',
    describeImage({ rows: 5, columns: 7, samplesPerPixel: 3 }),
    41,
    '/wogQBAJCAQBAAgCSxiTjoWDKUZG8+lWxBhjDGMMBiJisJJjjDE6BjUGi1aN5QViBHAQ6QJwzPn++br7Osvuu5kZbxart/zP3+IeYMIvd1dcuh+4lBpwYZvlLZQXuXgUpzw6DclOQ+48XqkepA9aKN1gYeUj8UnnyEryxLbH1XrHDfJfUpGrocIBRwCTAg==',
  ],
  [
    'RGB in a container',
    describeImage({ rows: 5, columns: 7, samplesPerPixel: 3 }),
    41,
    'AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAACWanhsY/8KIEAQCQgEAQAIAksYk46FgylGRvPpVsQYYwxjDAYiYrCSY4wxOgY1BotWjeUFYgRwEOkCcMz5/vm6+zrL7ruZGW8Wq7f8z9/iHmDCL3dXXLofuJQacGGb5S2UF7l4FKc8Og3JTkPuPF6pHqQPWijdYGHlI/FJ58hK8sS2x9V6xw3yX1KRq6HCAUcAkwI=',
  ],
]

describe('JPEG XL', () => {
  test.each(images)('of %s decodes', async (_, description, step, base64) => {
    const frame = { transferSyntax: ts.JPEGXLLossless.uid, description, bytes: Buffer.from(base64, 'base64') }
    const decoded = await decodeFrame(frame)
    const { samplesPerPixel, bitsAllocated, bitsStored } = description
    const samples = bitsAllocated === 8 ? decoded.bytes : new Uint16Array(decoded.bytes.buffer)
    expect(Array.from(samples)).toEqual(
      Array.from({ length: 35 * samplesPerPixel }, (_, i) => (i * step) % 2 ** bitsStored),
    )
    expect(decoded.description).toEqual(description)
  })

  test.each(images)(
    'of %s is damaged where it is cut off, or has another size',
    async (_, description, _step, base64) => {
      const bytes = Buffer.from(base64, 'base64')
      const frame = { transferSyntax: ts.JPEGXLLossless.uid, description, bytes }
      for (const part of [0, 0.1, 0.3, 0.5, 0.7, 0.9]) {
        const cut = bytes.subarray(0, Math.floor(bytes.length * part))
        await expect(decodeFrame({ ...frame, bytes: cut })).rejects.toMatchObject({ code: 'damaged' })
      }
      await expect(decodeFrame({ ...frame, description: { ...description, rows: 6 } })).rejects.toMatchObject({
        code: 'damaged',
        message: 'Rows is 6, in the codestream 5',
      })
    },
  )

  test.each([
    ['named by its ratio', '4f02', { rows: 64, columns: 64 }],
    ['in multiples of 8', '0142', { rows: 8, columns: 16 }],
  ])('has a size %s', (_, hex, size) => {
    expect(readJpegXlHeader(Buffer.from(`ff0a${hex}`, 'hex'))).toEqual({ ...size, samplesPerPixel: 3, bitsStored: 8 })
  })
})
