import { describe, expect, test } from '@jest/globals'
import { tags } from '../dictionary/dictionary.ts'
import { encapsulate, fragmentHeader } from './encapsulate.ts'
import { joinBits } from './extract.ts'

describe('encapsulate', () => {
  test('offsets count from the first fragment, each padded to be even', () => {
    const { offsetTable, attributes, length } = encapsulate([3, 4, 1])
    expect(offsetTable.toString('hex')).toBe(`feff00e00c000000${'00000000'}${'0c000000'}${'18000000'}`)
    expect(attributes).toEqual({})
    expect(length).toBe(8 + 12 + (8 + 4) + (8 + 4) + (8 + 2))
    expect(fragmentHeader(3).toString('hex')).toBe('feff00e004000000')
  })

  test('beyond 32 bits the basic table is empty, and the extended one has offsets and lengths', () => {
    const frame = 2 ** 31
    const { offsetTable, attributes, length } = encapsulate([frame, frame, 7])
    expect(offsetTable.toString('hex')).toBe('feff00e000000000')
    expect(length).toBe(8 + 2 * (8 + frame) + 16)
    const offsets = Buffer.from(attributes[tags.ExtendedOffsetTable]?.InlineBinary ?? '', 'base64')
    const lengths = Buffer.from(attributes[tags.ExtendedOffsetTableLengths]?.InlineBinary ?? '', 'base64')
    expect([0, 1, 2].map((i) => Number(offsets.readBigUInt64LE(i * 8)))).toEqual([0, 8 + frame, 2 * (8 + frame)])
    expect([0, 1, 2].map((i) => Number(lengths.readBigUInt64LE(i * 8)))).toEqual([frame, frame, 7])
  })
})

describe('joinBits', () => {
  const join = async (frames: readonly (readonly number[])[], bits: number): Promise<number[]> => {
    const bytes: number[] = []
    for await (const chunk of joinBits(
      frames.map((frame) => Uint8Array.from(frame)),
      bits,
    ))
      bytes.push(...chunk)
    return bytes
  }

  test.each([3, 5, 8, 9, 13, 16, 21])('%i bits a frame follow each other without a gap', async (bits) => {
    const bytesEach = Math.ceil(bits / 8)
    // The bits after the last of a frame are set, and have to vanish.
    const frames = [0x5a, 0x33, 0xff, 0x00, 0x81].map((seed) =>
      Array.from({ length: bytesEach }, (_, i) => seed ^ (i * 29)),
    )
    const expected: number[] = []
    frames.forEach((frame, f) => {
      for (let bit = 0; bit < bits; bit++) {
        const at = f * bits + bit
        const set = ((frame[bit >> 3] ?? 0) >> (bit & 7)) & 1
        expected[at >> 3] = (expected[at >> 3] ?? 0) | (set << (at & 7))
      }
    })
    expect(await join(frames, bits)).toEqual(expected)
  })
})
