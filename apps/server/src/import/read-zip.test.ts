import { type FileHandle, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { collect } from '../../test/support/collect.ts'
import { zipBytes } from '../../test/support/zip-bytes.ts'
import { readZip } from './read-zip.ts'
import { UnreadableError } from './unreadable-error.ts'
import { defaultZipLimits } from './zip-limits.ts'

let folder: string
let file: FileHandle | undefined

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sansfilm-test-'))
})
afterEach(() => file?.close())
afterAll(() => rm(folder, { recursive: true }))

async function opened(bytes: Uint8Array): Promise<FileHandle> {
  const path = join(folder, 'test.zip')
  await writeFile(path, bytes)
  file = await open(path)
  return file
}

test('gives the files of a zip with the paths they have in it, and their bytes', async () => {
  const zip = await zipBytes({ 'a/1.dcm': Buffer.from('one'), 'b/umläut': Buffer.from('two') })
  const files = await collect(readZip(await opened(zip), 'x.zip'))
  expect(await Promise.all(files.map(async ({ name, open: read }) => [name, await text(read())]))).toEqual([
    ['x.zip/a/1.dcm', 'one'],
    ['x.zip/b/umläut', 'two'],
  ])
})

test('files can be read after the last was given', async () => {
  const zip = await zipBytes({ a: Buffer.from('one'), b: Buffer.from('two') })
  const [first] = await collect(readZip(await opened(zip), 'x.zip'))
  expect(await text(first?.open() ?? Readable.from([]))).toBe('one')
})

const megabyte = Buffer.alloc(1024 * 1024)

test.each([
  ['entries', { maxEntries: 1 }, 'more than 1 entries'],
  ['inflated bytes', { maxInflatedBytes: 2 ** 20 }, 'unpacks to more than 1048576 bytes'],
  ['ratio', { ratioFreeBytes: 1000 }, 'more than 100 times its size'],
])('gives nothing of a zip beyond its limit of %s', async (_name, limits, reason) => {
  const zip = await opened(await zipBytes({ a: megabyte, b: megabyte }))
  const reading = readZip(zip, 'x.zip', { ...defaultZipLimits, ...limits }).next()
  await expect(reading).rejects.toThrow(reason)
})

test('gives nothing of a zip whose entries share their bytes', async () => {
  const zip = await zipBytes({ a: Buffer.from(Array.from({ length: 900 }, (_, n) => (n * n) % 251)) })
  const directory = zip.indexOf(Buffer.from('PK\x01\x02', 'latin1'))
  const end = zip.indexOf(Buffer.from('PK\x05\x06', 'latin1'))
  const entry = zip.subarray(directory, end)
  const tail = Buffer.from(zip.subarray(end))
  const copies = 50
  tail.writeUInt16LE(copies, 8)
  tail.writeUInt16LE(copies, 10)
  tail.writeUInt32LE(entry.length * copies, 12)
  const bomb = Buffer.concat([zip.subarray(0, directory), ...Array.from({ length: copies }, () => entry), tail])
  await expect(readZip(await opened(bomb), 'x.zip').next()).rejects.toThrow('overlap')
})

test('a zip that is cut off is unreadable as a whole, a damaged file in it by itself', async () => {
  const zip = await zipBytes({ a: Buffer.from('x'.repeat(1000)) })
  await expect(readZip(await opened(zip.subarray(0, -10)), 'x.zip').next()).rejects.toThrow(UnreadableError)
  await file?.close()
  const damaged = Buffer.from(zip)
  damaged.fill(0xff, 35, 40)
  const [first] = await collect(readZip(await opened(damaged), 'x.zip'))
  await expect(text(first?.open() ?? Readable.from([]))).rejects.toThrow('The file in the zip is damaged')
})
