import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, describe, expect, test } from '@jest/globals'
import { OpenFiles } from './open-files.ts'
import { countOpen, listsDescriptors } from './testing/count-open.ts'

const directory = mkdtempSync(join(tmpdir(), 'sansfilm-open-files-'))
const files = new OpenFiles()
afterEach(() => files.clear())
afterAll(() => rmSync(directory, { recursive: true }))

/** Makes a file that holds its name. */
function make(name: string): string {
  const path = join(directory, name)
  writeFileSync(path, name)
  return path
}

async function read(path: string): Promise<string> {
  const file = await files.use(path)
  try {
    const buffer = Buffer.alloc(20)
    return buffer.toString('latin1', 0, await file.read(buffer, 0, 20))
  } finally {
    file.release()
  }
}

const openNow = () => countOpen(directory)

async function comesTo(count: number): Promise<void> {
  for (let round = 0; round < 300 && openNow() !== count; round++) await sleep(10)
  expect(openNow()).toBe(count)
}

test('a file that came under the path of a removed one is read, not the removed one', async () => {
  const path = make('first')
  expect(await read(path)).toBe('first')
  unlinkSync(path)
  await files.forget(path)
  await expect(read(path)).rejects.toMatchObject({ name: 'AdapterError', code: 'not-found' })
  writeFileSync(path, 'second')
  expect(await read(path)).toBe('second')
})

describe(listsDescriptors ? 'descriptors' : 'descriptors [skipped: this system does not list them in /proc]', () => {
  const testKnown = listsDescriptors ? test : test.skip

  testKnown('are shared by those who read at the same time, and kept for those who come next', async () => {
    const path = make('shared')
    expect(await Promise.all(Array.from({ length: 50 }, () => read(path)))).toEqual(Array(50).fill('shared'))
    await read(path)
    expect(openNow()).toBe(1)
  })

  testKnown('are 512 at most when nobody reads, and let go 64 at a time', async () => {
    for (let n = 0; n < 512; n++) await read(make(`many-${n}`))
    expect(openNow()).toBe(512)
    await read(make('one more'))
    await comesTo(512 - 64 + 1)
  })

  testKnown('of removed files are closed at once, but for those who read them still', async () => {
    const path = make('removed')
    const file = await files.use(path)
    unlinkSync(path)
    await files.forget(path)
    const buffer = Buffer.alloc(7)
    await file.read(buffer, 0, 7)
    expect(String(buffer)).toBe('removed')
    file.release()
    await comesTo(0)
  })

  testKnown(
    'are not kept for more than about two seconds, so that files others delete give back their space',
    async () => {
      for (let n = 0; n < 3; n++) await read(make(`old-${n}`))
      expect(openNow()).toBe(3)
      await sleep(1900)
      await read(make('young'))
      await sleep(500)
      expect(openNow()).toBe(1)
      await comesTo(0)
    },
  )

  testKnown('are not left over where a file cannot be opened', async () => {
    await Promise.all(Array.from({ length: 20 }, () => read(join(directory, 'absent')).catch(() => undefined)))
    expect(openNow()).toBe(0)
  })
})
