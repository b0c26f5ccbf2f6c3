import { existsSync } from 'node:fs'
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { withFileLock } from './file-lock.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sansfilm-'))
  path = join(folder, 'a.lock')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('only one of two runs', async () => {
  const outcomes = await withFileLock(path, async () => ['outer', await withFileLock(path, async () => 'inner')])
  expect(outcomes).toEqual(['outer', undefined])
  expect(existsSync(path)).toBe(false)
})

test('a failure releases the lock', async () => {
  await expect(withFileLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await withFileLock(path, async () => 'again')).toBe('again')
})

test('the lock of a process that is gone is taken over', async () => {
  // Linux gives no process a number above 2^22.
  await writeFile(path, JSON.stringify({ host: hostname(), pid: 2 ** 23 }))
  expect(await withFileLock(path, async () => 'mine')).toBe('mine')
})

test('the lock of another machine is respected while it is touched', async () => {
  await writeFile(path, JSON.stringify({ host: 'another', pid: 1 }))
  expect(await withFileLock(path, async () => 'mine')).toBeUndefined()
  const longAgo = new Date(Date.now() - 120_000)
  await utimes(path, longAgo, longAgo)
  expect(await withFileLock(path, async () => 'mine')).toBe('mine')
})
