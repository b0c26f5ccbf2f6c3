import { describe, expect, test } from '@jest/globals'
import type { CodedFrame } from '@sansfilm/core/adapters'
import { type PixelDescription, transferSyntaxes } from '@sansfilm/dicom'
import { decodeFrame } from './decode.ts'
import { describeImage } from './testing/images.ts'

/** A frame of RLE Lossless with these segments, each as it is stored. */
function rle(description: PixelDescription, ...segments: readonly (readonly number[])[]): CodedFrame {
  const header = Buffer.alloc(64)
  header.writeUInt32LE(segments.length)
  let offset = 64
  for (const [i, segment] of segments.entries()) {
    header.writeUInt32LE(offset, 4 + 4 * i)
    offset += segment.length
  }
  const bytes = Buffer.concat([header, ...segments.map((segment) => Buffer.from(segment))])
  return { transferSyntax: transferSyntaxes.RLELossless.uid, description, bytes }
}

const gray = describeImage({ rows: 2, columns: 3 })

describe('decoding RLE Lossless', () => {
  test('repeats, copies, and passes over control bytes of 128', async () => {
    const { bytes } = await decodeFrame(rle(gray, [128, 254, 7, 2, 1, 2, 3, 0]))
    expect([...bytes]).toEqual([7, 7, 7, 1, 2, 3])
  })

  test('takes the most significant byte first, and samples one after the other', async () => {
    const description = describeImage({ rows: 1, columns: 2, bitsAllocated: 16, samplesPerPixel: 3 })
    const plane = (value: number) => [255, value]
    const { bytes } = await decodeFrame(rle(description, ...[1, 2, 3, 4, 5, 6].map(plane)))
    expect([...bytes]).toEqual([2, 1, 4, 3, 6, 5, 2, 1, 4, 3, 6, 5])
  })

  test('unpacks one-bit pixels into packed bits', async () => {
    const { bytes } = await decodeFrame(rle(describeImage({ rows: 3, columns: 3, bitsAllocated: 1 }), [1, 0xaa, 0x01]))
    expect([...bytes]).toEqual([0xaa, 0x01])
  })

  test.each<[string, CodedFrame, string]>([
    ['a header that is cut off', { ...rle(gray), bytes: new Uint8Array(63) }, 'header is cut off'],
    ['a wrong number of segments', rle(gray, [5, 1, 2, 3, 4, 5, 6], [0, 0]), '2 RLE segments'],
    ['a segment that ends early', rle(gray, [252, 7]), 'decodes to 5 bytes, expected 6'],
    ['a run that is cut off', rle(gray, [5, 1, 2]), 'decodes to 0 bytes'],
    [
      'a segment outside the frame',
      { ...rle(gray, [251, 7]), bytes: Buffer.alloc(64, 1).fill(0, 1, 4) },
      'outside the frame',
    ],
  ])('refuses %s', async (_, frame, message) => {
    await expect(decodeFrame(frame)).rejects.toMatchObject({
      name: 'AdapterError',
      code: 'damaged',
      message: expect.stringContaining(message),
    })
  })
})
