import { describe, expect, test } from '@jest/globals'
import { SharedMemory } from './shared-memory.ts'

const MiB = 1024 * 1024

describe('SharedMemory', () => {
  test('is used again once it was given back, and not before', () => {
    const memory = new SharedMemory()
    const [first, second] = [memory.lend(), memory.lend()]
    const [a, b, c] = [first.take(10), second.take(20), second.take(30)]
    expect([a, b, c].map(({ length }) => length)).toEqual([10, 20, 30])
    expect(new Set([a.buffer, b.buffer, c.buffer]).size).toBe(3)
    first.giveBack()
    expect(memory.lend().take(MiB).buffer).toBe(a.buffer)
    expect(memory.lend().take(5).buffer).not.toBe(b.buffer)
  })

  test('large memory is not spent on small frames', () => {
    const memory = new SharedMemory()
    const lent = memory.lend()
    const large = lent.take(20 * MiB)
    lent.giveBack()
    expect(memory.lend().take(100).buffer).not.toBe(large.buffer)
    expect(memory.lend().take(19 * MiB).buffer).toBe(large.buffer)
  })

  test('keeps no more than its bound, however much was taken', () => {
    const memory = new SharedMemory(4 * MiB)
    const lent = memory.lend()
    const pieces = [8, 1, 2, 2].map((size) => lent.take(size * MiB).buffer)
    lent.giveBack()
    const again = memory.lend()
    const found = [2, 2, 1, 8].map((size) => again.take(size * MiB).buffer)
    expect(found.filter((buffer) => pieces.includes(buffer)).length).toBe(2)
  })

  test('what is given back twice is lent once', () => {
    const memory = new SharedMemory()
    const lent = memory.lend()
    lent.take(1)
    lent.giveBack()
    lent.giveBack()
    expect(memory.lend().take(1).buffer).not.toBe(memory.lend().take(1).buffer)
  })
})
