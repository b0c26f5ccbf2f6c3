import { describe, expect, test } from '@jest/globals'
import type { PixelDescription } from '@sansfilm/dicom'
import { toRgbRaster } from './to-rgb.ts'

const described = (facts: Partial<PixelDescription>): PixelDescription => ({
  rows: 1,
  columns: 2,
  samplesPerPixel: 3,
  photometricInterpretation: 'RGB',
  planarConfiguration: 0,
  bitsAllocated: 8,
  bitsStored: 8,
  highBit: 7,
  pixelRepresentation: 0,
  samples: 'integer',
  ...facts,
})
const rgb = (bytes: readonly number[], facts: Partial<PixelDescription>) => [
  ...toRgbRaster(Uint8Array.from(bytes), described(facts)).data,
]

describe('colours become RGB (PS3.3 §C.7.6.3.1.2)', () => {
  test('pixel by pixel and plane by plane', () => {
    expect(rgb([1, 2, 3, 4, 5, 6], {})).toEqual([1, 2, 3, 4, 5, 6])
    expect(rgb([1, 4, 2, 5, 3, 6], { planarConfiguration: 1 })).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('the most significant bits of deeper samples', () => {
    const facts = { columns: 1, bitsAllocated: 16, bitsStored: 12, highBit: 11 }
    expect(rgb([0xff, 0x0f, 0x00, 0x08, 0x10, 0x00], facts)).toEqual([255, 128, 1])
  })

  // Red is Y = 76, Cb = 85, Cr = 255 in YBR_FULL: the equations of the standard backwards give 254, 0, 0.
  test('YBR_FULL', () => {
    expect(rgb([76, 85, 255, 128, 128, 128], { photometricInterpretation: 'YBR_FULL' })).toEqual([
      254, 0, 0, 128, 128, 128,
    ])
  })

  test('YBR_FULL_422: two pixels share their chroma', () => {
    const facts = { photometricInterpretation: 'YBR_FULL_422' }
    expect(rgb([76, 128, 128, 128], facts)).toEqual([76, 76, 76, 128, 128, 128])
    expect(rgb([76, 76, 85, 255], facts)).toEqual([254, 0, 0, 254, 0, 0])
  })

  test('YBR_FULL_422 with all samples there', () => {
    expect(rgb([10, 128, 128, 20, 128, 128], { photometricInterpretation: 'YBR_FULL_422' })).toEqual([
      10, 10, 10, 20, 20, 20,
    ])
  })

  test('YBR_PARTIAL_420: two rows share it too', () => {
    const facts = { rows: 2, photometricInterpretation: 'YBR_PARTIAL_420' }
    expect(rgb([16, 235, 128, 128, 235, 16], facts)).toEqual([0, 0, 0, 255, 255, 255, 255, 255, 255, 0, 0, 0])
  })

  test('what JPEG 2000 transformed is RGB already', () => {
    expect(rgb([1, 2, 3, 4, 5, 6], { photometricInterpretation: 'YBR_RCT' })).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('the frame is not written to', () => {
    const bytes = Uint8Array.of(76, 85, 255, 76, 85, 255)
    toRgbRaster(bytes, described({ photometricInterpretation: 'YBR_FULL' }))
    expect([...bytes]).toEqual([76, 85, 255, 76, 85, 255])
  })
})
