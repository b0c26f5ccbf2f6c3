import { expect, test } from '@jest/globals'
import { ByteBudget } from './byte-budget.ts'

test('few get the largest size, many the smallest, and what is released can be had again', () => {
  const budget = new ByteBudget({ total: 4096, largest: 1024, smallest: 64 })
  const sizes = Array.from({ length: 100 }, () => budget.reserve())
  expect(sizes.slice(0, 4)).toEqual([1024, 1024, 1024, 1024])
  expect(sizes.slice(4)).toEqual(Array(96).fill(64))
  for (const size of sizes) budget.release(size)
  expect(budget.reserve()).toBe(1024)
})
