import { describe, expect, test } from '@jest/globals'
import type { Dataset } from '../dataset.ts'
import { tags } from '../dictionary/dictionary.ts'
import { pixelDescriptionOf } from './pixel-description.ts'

const us = (value: number) => ({ vr: 'US', Value: [value] }) as const
const ct: Dataset = {
  [tags.SamplesPerPixel]: us(1),
  [tags.PhotometricInterpretation]: { vr: 'CS', Value: ['MONOCHROME2'] },
  [tags.Rows]: us(512),
  [tags.Columns]: us(256),
  [tags.BitsAllocated]: us(16),
  [tags.BitsStored]: us(12),
  [tags.HighBit]: us(11),
  [tags.PixelRepresentation]: us(1),
}

describe('pixelDescriptionOf', () => {
  test('reads the Image Pixel attributes', () => {
    expect(pixelDescriptionOf(ct)).toEqual({
      rows: 512,
      columns: 256,
      samplesPerPixel: 1,
      photometricInterpretation: 'MONOCHROME2',
      planarConfiguration: 0,
      bitsAllocated: 16,
      bitsStored: 12,
      highBit: 11,
      pixelRepresentation: 1,
      samples: 'integer',
    })
  })

  test('fills in what only one value fits', () => {
    const { [tags.BitsStored]: _, [tags.HighBit]: __, ...rest } = ct
    expect(pixelDescriptionOf(rest)).toMatchObject({ bitsStored: 16, highBit: 15 })
  })

  test('knows floating point pixels by their element', () => {
    const { [tags.BitsStored]: _, [tags.HighBit]: __, [tags.BitsAllocated]: ___, ...rest } = ct
    expect(pixelDescriptionOf(rest, tags.DoubleFloatPixelData)).toMatchObject({ bitsAllocated: 64, samples: 'float' })
  })

  test.each<[string, Dataset]>([
    ['no size', { ...ct, [tags.Rows]: us(0) }],
    ['more bits stored than allocated', { ...ct, [tags.BitsStored]: us(17) }],
    ['a high bit outside the sample', { ...ct, [tags.HighBit]: us(16) }],
    ['a high bit below the bits stored', { ...ct, [tags.HighBit]: us(3) }],
  ])('refuses %s', (_, dataset) => {
    expect(pixelDescriptionOf(dataset)).toBeUndefined()
  })
})
