import { describe, expect, test } from '@jest/globals'
import { BoundedQueue } from './bounded-queue.ts'

/** Work that ends when it is told to. */
function work() {
  const { promise, resolve } = Promise.withResolvers<void>()
  let begun = false
  const run = async (): Promise<void> => {
    begun = true
    await promise
  }
  return { run, end: resolve, begun: () => begun }
}

const settled = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve()
}

describe('BoundedQueue', () => {
  test('runs so many at once, the others in the order they came', async () => {
    const queue = new BoundedQueue({ running: 2, waiting: 10 })
    const [a, b, c, d] = [work(), work(), work(), work()]
    const all = [a, b, c, d].map(({ run }) => queue.run(run))
    await settled()
    expect([a, b, c, d].map(({ begun }) => begun())).toEqual([true, true, false, false])
    b.end()
    await settled()
    expect([c, d].map(({ begun }) => begun())).toEqual([true, false])
    for (const { end } of [a, c, d]) end()
    await Promise.all(all)
  })

  test('refuses what finds the line full, and takes work again when there is room', async () => {
    const queue = new BoundedQueue({ running: 1, waiting: 1 })
    const [a, b] = [work(), work()]
    const first = queue.run(a.run)
    const second = queue.run(b.run)
    await expect(queue.run(async () => 0)).rejects.toMatchObject({ code: 'unavailable' })
    a.end()
    b.end()
    await Promise.all([first, second])
    expect(await queue.run(async () => 7)).toBe(7)
  })

  test('who leaves while waiting gives up the place, and the work is never begun', async () => {
    const queue = new BoundedQueue({ running: 1, waiting: 1 })
    const [a, b, c] = [work(), work(), work()]
    const leaving = new AbortController()
    const first = queue.run(a.run)
    const second = queue.run(b.run, leaving.signal)
    leaving.abort(new Error('gone'))
    await expect(second).rejects.toThrow('gone')
    const third = queue.run(c.run)
    a.end()
    c.end()
    await Promise.all([first, third])
    expect(b.begun()).toBe(false)
  })

  test('work that fails frees its place', async () => {
    const queue = new BoundedQueue({ running: 1, waiting: 0 })
    await expect(queue.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await queue.run(async () => 1)).toBe(1)
  })
})
