import { describe, expect, test } from '@jest/globals'
import type { Dataset } from '../dataset.ts'
import { tags } from '../dictionary/dictionary.ts'
import { nativeFrameRange, nativeFrames } from './frames.ts'
import type { PixelDataLayout } from './pixel-data-layout.ts'

function description(rows: number, columns: number, bits: number, more: Dataset = {}): Dataset {
  return {
    [tags.Rows]: { vr: 'US', Value: [rows] },
    [tags.Columns]: { vr: 'US', Value: [columns] },
    [tags.BitsAllocated]: { vr: 'US', Value: [bits] },
    ...more,
  }
}

const frames = (...Value: (number | string)[]): Dataset => ({ [tags.NumberOfFrames]: { vr: 'IS', Value } })

const colour = (interpretation: string): Dataset => ({
  [tags.SamplesPerPixel]: { vr: 'US', Value: [3] },
  [tags.PhotometricInterpretation]: { vr: 'CS', Value: [interpretation] },
})

describe('nativeFrames', () => {
  test.each<[string, Dataset, number, number, number]>([
    ['one frame where none is declared', description(4, 4, 16), 32, 1, 256],
    ['as many as declared', description(4, 4, 8, frames(3)), 48, 3, 128],
    ['only those that have bytes', description(4, 4, 8, frames(2_000_000_000)), 40, 2, 128],
    ['none where the only one is cut', description(4, 4, 8), 15, 0, 128],
    ['padding left alone', description(3, 3, 8), 10, 1, 72],
    ['as many as fit where the number is none', description(4, 4, 8, frames('1A')), 50, 3, 128],
    ['frames of bits', description(3, 3, 1, frames(3)), 4, 3, 9],
    ['colours', description(2, 2, 8, colour('RGB')), 12, 1, 96],
    ['chroma for every second pixel', description(2, 2, 8, colour('YBR_FULL_422')), 8, 1, 64],
    ['full chroma under that name', description(2, 2, 8, colour('YBR_FULL_422')), 12, 1, 96],
    ['nothing without a description', {}, 100, 0, 0],
    ['nothing for rows of nonsense', description(0, 4, 8), 100, 0, 0],
  ])('finds %s', (_, dataset, length, count, frameBits) => {
    expect(nativeFrames(dataset, length)).toEqual({ frames: count, frameBits })
  })
})

describe('nativeFrameRange', () => {
  const layout: PixelDataLayout = {
    tag: tags.PixelData,
    vr: 'OB',
    encapsulated: false,
    offset: 100,
    length: 4,
    frames: 3,
    frameBits: 9,
  }

  test('gives bytes, and the bit to begin at', () => {
    expect([1, 2, 3].map((frame) => nativeFrameRange(layout, frame))).toEqual([
      { offset: 100, length: 2, bitOffset: 0 },
      { offset: 101, length: 2, bitOffset: 1 },
      { offset: 102, length: 2, bitOffset: 2 },
    ])
  })

  test.each([0, 4, -1, 1.5, Number.NaN])('has no frame %d', (frame) => {
    expect(nativeFrameRange(layout, frame)).toBeUndefined()
  })
})
