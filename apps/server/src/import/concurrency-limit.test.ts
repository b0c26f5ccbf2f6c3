import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { createConcurrencyLimit, forEachConcurrently } from './concurrency-limit.ts'

async function* count(most: number, pulled: number[]) {
  for (let n = 1; n <= most; n += 1) {
    pulled.push(n)
    yield n
  }
}

test('uses every item, so many at once', async () => {
  const used: number[] = []
  let running = 0
  let peak = 0
  await forEachConcurrently(count(20, []), 3, async (n) => {
    peak = Math.max(peak, ++running)
    await sleep(n % 3)
    used.push(n)
    running -= 1
  })
  expect(used).toHaveLength(20)
  expect(peak).toBe(3)
})

test('stops pulling at a failure, and ends when what runs has ended', async () => {
  const pulled: number[] = []
  let ended = 0
  const run = forEachConcurrently(count(1000, pulled), 2, async (n) => {
    await sleep(1)
    ended += 1
    if (n === 4) throw new Error('four')
  })
  await expect(run).rejects.toThrow('four')
  expect(pulled.length).toBeLessThan(10)
  expect(ended).toBeGreaterThanOrEqual(pulled.length - 1)
})

test('a limit holds across callers, and frees its place after a failure', async () => {
  const limit = createConcurrencyLimit(1)
  await expect(limit.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  const order: string[] = []
  const task = (name: string) => async () => {
    order.push(`${name} starts`)
    await sleep(1)
    order.push(`${name} ends`)
  }
  await Promise.all([limit.run(task('a')), limit.run(task('b'))])
  expect(order).toEqual(['a starts', 'a ends', 'b starts', 'b ends'])
})
