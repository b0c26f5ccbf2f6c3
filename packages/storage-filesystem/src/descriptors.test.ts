import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { filesystemStorage } from './filesystem-storage.ts'
import { countOpen, listsDescriptors } from './testing/count-open.ts'

const MiB = 1024 * 1024
const directory = mkdtempSync(join(tmpdir(), 'sansfilm-descriptors-'))
const storage = filesystemStorage({ directory })
afterAll(() => rmSync(directory, { recursive: true }))
beforeAll(() => writeFileSync(join(directory, 'large'), new Uint8Array(64 * MiB)))

describe(listsDescriptors ? 'descriptors' : 'descriptors [skipped: this system does not list them in /proc]', () => {
  const testKnown = listsDescriptors ? test : test.skip

  testKnown('are closed when readers leave, sources fail, and objects are not there', async () => {
    for (let round = 0; round < 200; round++) {
      for await (const _ of await storage.get('large')) break
      await (await storage.get('large'))[Symbol.asyncIterator]().return?.()
      await storage.get('large', { offset: 0, length: 10 }) // small: nothing is held for a reader who never comes
      await storage.get('absent').catch(() => {})
      await storage.put('p/new', failing()).catch(() => {})
    }
    await storage.close() // it keeps a few for the next call
    expect(countOpen(directory)).toBe(0)
  })

  testKnown('are closed when a file turns out shorter than it was', async () => {
    const stream = (await storage.get('large'))[Symbol.asyncIterator]()
    await stream.next()
    writeFileSync(join(directory, 'large'), '')
    await expect(stream.next()).rejects.toMatchObject({ name: 'AdapterError', code: 'unavailable' })
    writeFileSync(join(directory, 'large'), new Uint8Array(64 * MiB))
    await storage.close() // it keeps a few for the next call
    expect(countOpen(directory)).toBe(0)
  })
})

test('200 slow readers of large objects hold less than 50 MB', async () => {
  const readers = await Promise.all(
    Array.from({ length: 200 }, async () => (await storage.get('large'))[Symbol.asyncIterator]()),
  )
  const held: unknown[] = [] // as sockets hold what their clients do not take
  for (let round = 0; round < 3; round++) {
    held.splice(0)
    held.push(...(await Promise.all(readers.map((reader) => reader.next()))))
    await sleep(10)
  }
  const chunks = held.map((result) => (result as IteratorResult<Uint8Array>).value.length)
  const holding = chunks.reduce((total, length) => total + length, 0)
  expect(holding).toBeLessThan(50 * MiB)
  await Promise.all(readers.map((reader) => reader.return?.()))
})

async function* failing(): AsyncIterable<Uint8Array> {
  yield new Uint8Array(2 * MiB)
  throw new Error('the client has gone')
}
