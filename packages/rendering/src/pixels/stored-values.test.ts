import { describe, expect, test } from '@jest/globals'
import { AdapterError } from '@sansfilm/core/adapters'
import type { PixelDescription } from '@sansfilm/dicom'
import { possibleRange, sampleReader, storedValuesOf } from './stored-values.ts'

const described = (facts: Partial<PixelDescription>): PixelDescription => ({
  rows: 1,
  columns: 4,
  samplesPerPixel: 1,
  photometricInterpretation: 'MONOCHROME2',
  planarConfiguration: 0,
  bitsAllocated: 16,
  bitsStored: 16,
  highBit: 15,
  pixelRepresentation: 0,
  samples: 'integer',
  ...facts,
})

const read = (bytes: Uint8Array, facts: Partial<PixelDescription>, samples: number): number[] => {
  const at = sampleReader(storedValuesOf(bytes, described(facts), samples))
  return Array.from({ length: samples }, (_, i) => at(i))
}

describe('stored values (PS3.5 §8.1.1)', () => {
  test('12 bits above an overlay, signed', () => {
    // F in the lowest four bits belongs to something else.
    const bytes = Uint8Array.of(0x1f, 0x00, 0xff, 0xff, 0x0f, 0x80, 0xff, 0x7f)
    const facts = { bitsStored: 12, highBit: 15, pixelRepresentation: 1 } as const
    expect(read(bytes, facts, 4)).toEqual([1, -1, -2048, 2047])
  })

  test('12 bits below an overlay, unsigned', () => {
    const facts = { bitsStored: 12, highBit: 11 }
    expect(read(Uint8Array.of(0x01, 0xf0, 0xff, 0x0f), facts, 2)).toEqual([1, 4095])
  })

  test('1 bit, the first pixel lowest', () => {
    const facts = { bitsAllocated: 1, bitsStored: 1, highBit: 0 }
    expect(read(Uint8Array.of(0b0000_0110, 0b1), facts, 9)).toEqual([0, 1, 1, 0, 0, 0, 0, 0, 1])
  })

  test('32 bits, both signs', () => {
    const bytes = Uint8Array.of(0xff, 0xff, 0xff, 0xff)
    const facts = { bitsAllocated: 32, bitsStored: 32, highBit: 31 }
    expect(read(bytes, facts, 1)).toEqual([4294967295])
    expect(read(bytes, { ...facts, pixelRepresentation: 1 }, 1)).toEqual([-1])
  })

  test('floats and doubles', () => {
    const float = new Uint8Array(Float32Array.of(-1.5).buffer)
    const double = new Uint8Array(Float64Array.of(1e300).buffer)
    expect(read(float, { samples: 'float', bitsAllocated: 32, bitsStored: 32, highBit: 31 }, 1)).toEqual([-1.5])
    expect(read(double, { samples: 'float', bitsAllocated: 64, bitsStored: 64, highBit: 63 }, 1)).toEqual([1e300])
  })

  test('words that begin anywhere in a buffer, Buffers too', () => {
    const bytes = Buffer.of(0, 1, 2, 3, 4).subarray(1)
    expect(read(bytes, {}, 2)).toEqual([0x0201, 0x0403])
  })

  test('missing bytes are damage', () => {
    expect(() => storedValuesOf(new Uint8Array(7), described({}), 4)).toThrow(
      new AdapterError('damaged', 'the frame has 7 bytes of the 8 it is described with'),
    )
  })

  test.each([24, 64])('%d bits are not drawn', (bitsAllocated) => {
    const facts = { bitsAllocated, bitsStored: bitsAllocated, highBit: bitsAllocated - 1 }
    expect(() => storedValuesOf(new Uint8Array(64), described(facts), 4)).toThrow(AdapterError)
  })
})

test('what can be stored', () => {
  expect(possibleRange(storedValuesOf(new Uint8Array(8), described({ pixelRepresentation: 1 }), 4))).toEqual([
    -32768, 32767,
  ])
})
