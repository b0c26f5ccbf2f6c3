import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { diskFile } from './disk-file.ts'
import { UnreadableError } from './unreadable-error.ts'

const bytes = Buffer.from(Array.from({ length: 600_000 }, (_, at) => at % 251))
let folder: string
let path: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sansfilm-test-'))
  path = join(folder, 'file')
  await writeFile(path, bytes)
})
afterAll(() => rm(folder, { recursive: true }))

test.each([
  ['as long as expected', bytes.length],
  ['longer', 1000],
  ['shorter', 900_000],
])('gives all of a file that is %s', async (_name, expected) => {
  expect(bytes.equals(await buffer(diskFile(path, expected).open()))).toBe(true)
})

test('says what is wrong with one that cannot be read', async () => {
  const reading = buffer(diskFile(join(folder, 'nowhere'), 1).open())
  await expect(reading).rejects.toThrow(UnreadableError)
  await expect(reading).rejects.toThrow('Not found')
})
