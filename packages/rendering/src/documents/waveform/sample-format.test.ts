import { expect, test } from '@jest/globals'
import { sampleFormat } from './sample-format.ts'

function read(interpretation: string, bits: number, bytes: readonly number[]): number | undefined {
  const format = sampleFormat(interpretation, bits)
  const encoded = format?.read(new DataView(Uint8Array.from(bytes).buffer), 0)
  return encoded === undefined ? undefined : (format?.expand?.(encoded) ?? encoded)
}

test.each([
  ['SB', 8, [0xfe], -2],
  ['UB', 8, [0xfe], 254],
  ['SS', 16, [0xfe, 0xff], -2],
  ['US', 16, [0xfe, 0xff], 65_534],
  ['SL', 32, [0xfe, 0xff, 0xff, 0xff], -2],
  ['UL', 32, [0xfe, 0xff, 0xff, 0xff], 4_294_967_294],
  ['SV', 64, [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], -2],
  ['UV', 64, [2, 0, 0, 0, 1, 0, 0, 0], 4_294_967_298],
])('%s of %i bits', (interpretation, bits, bytes, expected) => {
  expect(read(interpretation, bits, bytes)).toBe(expected)
})

// The ends of both halves of the tables of ITU-T G.711, on the scale of 16 bits.
test.each([
  ['MB', 0xff, 0],
  ['MB', 0xfe, 8],
  ['MB', 0x80, 32_124],
  ['MB', 0x00, -32_124],
  ['AB', 0xd5, 8],
  ['AB', 0x55, -8],
  ['AB', 0xaa, 32_256],
  ['AB', 0x2a, -32_256],
])('%s expands %i', (interpretation, encoded, expected) => {
  expect(Math.abs((read(interpretation, 8, [encoded]) ?? Number.NaN) - expected)).toBe(0)
})

test.each([
  ['SS', 8],
  ['MB', 16],
  ['XX', 16],
  ['toString', 16],
  ['SS', 24],
])('PS3.3 has no %s of %i bits', (interpretation, bits) => {
  expect(sampleFormat(interpretation, bits)).toBeUndefined()
})
