import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { filesystemCache } from './filesystem-cache.ts'

const MiB = 1024 * 1024
const key = (name: string): string => name.padEnd(64, '0')
const bytes = (length: number, value = 1): Buffer => Buffer.alloc(length, value)

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sansfilm-cache-'))
})
afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
})

const filesIn = async (): Promise<string[]> =>
  (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort()

/** Files of evicted entries are removed beside the work. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200 && !(await condition()); i++) await pause(10)
}

describe('filesystemCache', () => {
  test('gives back what was put, across processes', async () => {
    await filesystemCache({ directory, maxBytes: 1000 }).put(key('a'), bytes(10))
    const later = filesystemCache({ directory, maxBytes: 1000 })
    expect(await later.get(key('a'))).toEqual(bytes(10))
    expect(await later.get(key('b'))).toBeUndefined()
  })

  test('takes what another process wrote meanwhile', async () => {
    const here = filesystemCache({ directory, maxBytes: 1000 })
    expect(await here.get(key('a'))).toBeUndefined()
    await filesystemCache({ directory, maxBytes: 1000 }).put(key('a'), bytes(10))
    expect(await here.get(key('a'))).toEqual(bytes(10))
  })

  test('holds no more than its bound: the least recently used goes', async () => {
    const cache = filesystemCache({ directory, maxBytes: 350 })
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) await cache.put(key(name), bytes(40))
    await cache.get(key('a'))
    await cache.put(key('i'), bytes(40))
    await until(async () => (await filesIn()).length <= 8)
    const left = await filesIn()
    expect(left).toContain(key('a'))
    expect(left).not.toContain(key('b'))
    expect(left.length).toBeLessThanOrEqual(8)
  })

  test('a smaller bound than before takes effect at start', async () => {
    const before = filesystemCache({ directory, maxBytes: 1000 })
    for (const name of ['a', 'b', 'c']) await before.put(key(name), bytes(100))
    await filesystemCache({ directory, maxBytes: 210 }).get(key('z'))
    await until(async () => (await filesIn()).length <= 2)
    expect((await filesIn()).length).toBe(2)
  })

  test('keeps nothing that would push out most of the rest', async () => {
    const cache = filesystemCache({ directory, maxBytes: 800 })
    await cache.put(key('a'), bytes(101))
    expect(await cache.get(key('a'))).toBeUndefined()
  })

  test('gives what was put before it is written, and writes it into folders that have gone', async () => {
    const cache = filesystemCache({ directory, maxBytes: 1000 })
    await cache.get(key('a'))
    await rm(directory, { recursive: true })
    const written = cache.put(key('a'), bytes(10))
    expect(await cache.get(key('a'))).toEqual(bytes(10))
    await written
    expect(await filesIn()).toEqual([key('a')])
  })

  test('what was evicted is not in memory either', async () => {
    const cache = filesystemCache({ directory, maxBytes: 210 })
    for (const value of [1, 2, 3, 4, 5, 6, 7, 8, 9]) await cache.put(key(`k${value}`), bytes(25, value))
    await until(async () => (await filesIn()).length <= 8)
    expect(await cache.get(key('k1'))).toBeUndefined()
    expect(await cache.get(key('k9'))).toEqual(bytes(25, 9))
  })

  describe('a long entry', () => {
    const long = Buffer.alloc(3 * MiB, 'long')
    const readAll = async (pieces: AsyncIterable<Uint8Array> = Readable.from([])) => {
      const read: Uint8Array[] = []
      for await (const piece of pieces) read.push(piece)
      return Buffer.concat(read)
    }

    test('is read piece by piece, whole and in ranges, across processes', async () => {
      await filesystemCache({ directory, maxBytes: 100 * MiB }).put(key('a'), long)
      const cache = filesystemCache({ directory, maxBytes: 100 * MiB })
      const found = await cache.find?.(key('a'))
      expect(found?.length).toBe(long.length)
      let largest = 0
      let at = 0
      for await (const piece of (await found?.read()) ?? []) {
        expect(long.subarray(at, at + piece.length).equals(piece)).toBe(true)
        at += piece.length
        largest = Math.max(largest, piece.length)
        // Its memory is used for the next piece.
        cache.reuse?.(piece)
      }
      expect(at).toBe(long.length)
      expect(largest).toBeLessThan(MiB)
      const part = await readAll(await found?.read({ offset: 5, length: 2 * MiB }))
      expect(part.equals(long.subarray(5, 5 + 2 * MiB))).toBe(true)
    })

    test('is found where it is long alone', async () => {
      const cache = filesystemCache({ directory, maxBytes: 100 * MiB })
      await cache.put(key('a'), bytes(10))
      expect(await cache.find?.(key('a'))).toBeUndefined()
      expect(await cache.find?.(key('b'))).toBeUndefined()
    })

    test('that was pushed out after it was found has no bytes, and one being read is read to its end', async () => {
      const cache = filesystemCache({ directory, maxBytes: 24 * MiB })
      await cache.put(key('a'), long)
      const found = await cache.find?.(key('a'))
      const reading = await found?.read()
      for (const name of ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']) await cache.put(key(name), long)
      await until(async () => !(await filesIn()).includes(key('a')))
      expect((await readAll(reading)).equals(long)).toBe(true)
      await until(async () => (await found?.read()) === undefined)
      expect(await found?.read()).toBeUndefined()
      expect(await cache.find?.(key('a'))).toBeUndefined()
    })
  })

  test.each([
    ['short', 100],
    ['long', 3 * MiB],
  ])('what power loss has left of a %s entry is not taken for it, and is made anew', async (_form, length) => {
    const name = key('a')
    await filesystemCache({ directory, maxBytes: 100 * MiB }).put(name, bytes(length))
    const path = join(directory, name.slice(0, 2), name)
    for (const left of [0, 5, length / 2, length, length + 15]) {
      await truncate(path, left)
      const cache = filesystemCache({ directory, maxBytes: 100 * MiB })
      expect(await cache.find?.(name)).toBeUndefined()
      expect(await cache.get(name)).toBeUndefined()
      await cache.put(name, bytes(length))
      const later = filesystemCache({ directory, maxBytes: 100 * MiB })
      expect((await later.find?.(name))?.length ?? (await later.get(name))?.length).toBe(length)
    }
  })

  test('removes what an earlier process left unfinished', async () => {
    await writeFile(join(directory, '0000.part'), 'half')
    await filesystemCache({ directory, maxBytes: 1000 }).get(key('a'))
    expect(await filesIn()).toEqual([])
  })

  test('a key that is no name of an entry is never a path', async () => {
    const cache = filesystemCache({ directory, maxBytes: 1000 })
    await cache.put('../../escape', bytes(1))
    expect(await cache.get('../../escape')).toBeUndefined()
    expect(await filesIn()).toEqual([])
  })

  test('a folder that cannot be written keeps nothing, and fails nobody', async () => {
    await writeFile(join(directory, 'file'), '')
    const cache = filesystemCache({ directory: join(directory, 'file', 'below'), maxBytes: 1000 })
    await cache.put(key('a'), bytes(1))
    expect(await cache.get(key('a'))).toBeUndefined()
  })
})
