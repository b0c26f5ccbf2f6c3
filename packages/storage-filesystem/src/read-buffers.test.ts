import { expect, test } from '@jest/globals'
import { ReadBuffers } from './read-buffers.ts'

const KiB = 1024

function lend(buffers: ReadBuffers, length: number): Uint8Array {
  return buffers.lend(buffers.take(length), length)
}

test('memory is used again when the piece is given back, and only then', () => {
  const buffers = new ReadBuffers()
  const piece = lend(buffers, 500 * KiB)
  expect(lend(buffers, 500 * KiB).buffer).not.toBe(piece.buffer)
  buffers.reuse(piece)
  expect(lend(buffers, 300 * KiB).buffer).toBe(piece.buffer)
})

test('a piece is taken back once, and no other view of its memory at all', () => {
  const buffers = new ReadBuffers()
  const piece = lend(buffers, 64 * KiB)
  buffers.reuse(piece.subarray(0))
  buffers.reuse(new Uint8Array(piece.buffer))
  expect(lend(buffers, 64 * KiB).buffer).not.toBe(piece.buffer)
  buffers.reuse(piece)
  buffers.reuse(piece)
  expect(lend(buffers, 64 * KiB).buffer).toBe(piece.buffer)
  expect(lend(buffers, 64 * KiB).buffer).not.toBe(piece.buffer)
})

test('a shorter piece than was asked for gives back all of its memory', () => {
  const buffers = new ReadBuffers()
  const piece = buffers.lend(buffers.take(1024 * KiB), 10)
  expect(piece.length).toBe(10)
  buffers.reuse(piece)
  expect(lend(buffers, 1024 * KiB).buffer).toBe(piece.buffer)
})

test('no more than 16 MiB are kept, of what came last', () => {
  const buffers = new ReadBuffers()
  const small = Array.from({ length: 64 }, () => lend(buffers, 64 * KiB))
  const large = Array.from({ length: 20 }, () => lend(buffers, 1024 * KiB))
  for (const piece of [...small, ...large]) buffers.reuse(piece)
  const memory = new Set([...small, ...large].map(({ buffer }) => buffer))
  const again = (length: number) => Array.from({ length: 64 }, () => memory.has(lend(buffers, length).buffer))
  expect(again(64 * KiB)).not.toContain(true)
  expect(again(1024 * KiB).filter(Boolean)).toHaveLength(16)
})
