import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { expect, it } from '@jest/globals'
import { sopClasses, tags } from '@sansfilm/dicom'
import type { ByteRange } from '../../adapters/index.ts'
import type { Content } from '../../http/content.ts'
import { retrieveInstances } from './index.ts'
import { createTestArchive, type TestInstance } from './testing/test-archive.ts'
import { type ZipEntry, zipContent } from './zip-content.ts'

function testInstance(series: string, instance: string): TestInstance {
  const ui = (value: string) => ({ vr: 'UI', Value: [value] }) as const
  return {
    series,
    instance,
    bytes: randomBytes(3000),
    dataset: {
      [tags.SOPClassUID]: ui(sopClasses.CTImageStorage.uid),
      [tags.SOPInstanceUID]: ui(instance),
      [tags.PatientID]: { vr: 'LO', Value: ['4711'] },
      [tags.StudyInstanceUID]: ui('1.2'),
      [tags.SeriesInstanceUID]: ui(series),
    },
  }
}

/** Reads a zip of stored entries by its central directory; checks its checksums. */
function unzip(zip: Buffer): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>()
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  let at = zip.readUInt32LE(end + 16)
  for (let i = 0; i < zip.readUInt16LE(end + 10); i++) {
    const [method, sum, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 16), zip.readUInt32LE(at + 24)]
    const [nameLength, extraLength] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30)]
    const local = zip.readUInt32LE(at + 42)
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const bytes = zip.subarray(start, start + size)
    expect([method, crc32(bytes)]).toEqual([0, sum])
    files.set(zip.toString('utf8', at + 46, at + 46 + nameLength), bytes)
    at += 46 + nameLength + extraLength + zip.readUInt16LE(at + 32)
  }
  return files
}

it('is a file set of the stored bytes, with a DICOMDIR that names each file', async () => {
  const instances = [testInstance('1.3', '1.9.1'), testInstance('1.3', '1.9.2'), testInstance('1.4', '1.9.3')]
  const archive = await createTestArchive(instances)
  const answer = await archive.retrieve(retrieveInstances, {}, { accept: 'application/zip' })
  expect(answer.headers).toMatchObject({
    'content-type': 'application/zip',
    'content-disposition': 'attachment; filename="1.2.zip"',
  })
  const files = unzip(answer.body)
  expect([...files.keys()]).toEqual([
    'DICOM/ST000001/SE000001/IM000001',
    'DICOM/ST000001/SE000001/IM000002',
    'DICOM/ST000001/SE000002/IM000001',
    'DICOMDIR',
  ])
  expect([...files.values()].slice(0, 3)).toEqual(instances.map(({ bytes }) => bytes))
  const directory = files.get('DICOMDIR')?.toString('latin1') ?? ''
  expect(directory.match(/DICOM\\ST000001\\SE00000[12]\\IM00000[12]/g)).toHaveLength(3)
})

it('is the same bytes for the same instances, whoever makes it', async () => {
  const instances = [testInstance('1.3', '1.9.1'), testInstance('1.4', '1.9.2')]
  const [one, other] = await Promise.all(
    [1, 2].map(async () => {
      const archive = await createTestArchive(instances)
      return archive.retrieve(retrieveInstances, {}, { accept: 'application/zip' })
    }),
  )
  expect(one?.headers.etag).toMatch(/^"/)
  expect(other).toEqual(one)
})

it('holds what no DICOMDIR can list', async () => {
  const archive = await createTestArchive([{ instance: '1.9', bytes: Buffer.from('x'), dataset: {} }])
  const answer = await archive.retrieve(retrieveInstances, {}, { accept: 'application/zip' })
  expect([...unzip(answer.body).keys()]).toEqual(['DICOM/ST000001/SE000001/IM000001', 'DICOMDIR'])
})

function entry(name: string, length: number, read: ZipEntry['content']['read']): ZipEntry {
  return {
    name,
    modified: new Date('2024-05-06T07:08:09Z'),
    length,
    digest: `digest of ${name}`,
    content: { length, read },
  }
}

function zipOf(...entries: readonly ZipEntry[]) {
  return zipContent(async function* () {
    yield* entries
  })
}

async function* bytesOf({ read }: Content, range?: ByteRange): AsyncIterable<Uint8Array> {
  const bytes = await read(range)
  if (bytes instanceof Uint8Array) yield bytes
  else yield* bytes
}

async function readAway(content: Content, range: ByteRange): Promise<void> {
  for await (const _ of bytesOf(content, range));
}

it('closes what it reads when the reader leaves, and fails with its source', async () => {
  let closed = false
  async function* source(): AsyncIterable<Uint8Array> {
    try {
      for (;;) yield Buffer.alloc(100_000)
    } finally {
      closed = true
    }
  }
  const endless = zipOf(entry('endless', 1e9, async () => source()))
  for await (const chunk of bytesOf(endless)) if (chunk.length === 100_000) break
  expect(closed).toBe(true)

  const failing = zipOf(entry('failing', 1, () => Promise.reject(new Error('gone'))))
  await expect(async () => {
    for await (const _ of bytesOf(failing));
  }).rejects.toThrow('gone')
})

it('reads of an entry before a range only what a checksum needs, and that once', async () => {
  const reads: string[] = []
  const counted = (name: string) =>
    entry(name, 1000, async (range = { offset: 0, length: 1000 }) => {
      reads.push(`${name} ${range.offset}+${range.length}`)
      return Buffer.alloc(range.length, name)
    })
  const zip = zipOf(counted('a'), counted('b'))
  const length = (await zip.measure?.()) ?? 0
  expect(reads).toEqual([])
  const inSecond = 31 + 1000 + 16 + 31 + 100
  await readAway(zip, { offset: inSecond, length: 5 })
  expect(reads).toEqual(['b 100+5'])
  for (let again = 0; again < 2; again++) await readAway(zip, { offset: length - 100, length: 100 })
  expect(reads.slice(1)).toEqual(['a 0+1000', 'b 0+1000'])
})

it('writes Zip64 beyond 4 GiB', async () => {
  const piece = Buffer.alloc(64 * 1024 * 1024)
  const length = 65 * piece.length
  async function* source(): AsyncIterable<Uint8Array> {
    for (let i = 0; i < 65; i++) yield piece
  }
  const zip = zipOf(
    entry('big', length, async () => source()),
    entry('after', 1, async () => Buffer.from('x')),
  )
  const small: Uint8Array[] = []
  let total = 0
  for await (const chunk of bytesOf(zip)) {
    total += chunk.length
    if (chunk.length < 1000) small.push(chunk)
  }
  expect(await zip.measure?.()).toBe(total)
  const bytes = Buffer.concat(small)
  const locator = bytes.indexOf(Buffer.from('PK\x06\x07', 'latin1'))
  const zip64End = Number(bytes.readBigUInt64LE(locator + 8)) - (total - bytes.length)
  expect(bytes.toString('latin1', zip64End, zip64End + 4)).toBe('PK\x06\x06')
  const directory = Number(bytes.readBigUInt64LE(zip64End + 48)) - (total - bytes.length)
  expect(bytes.toString('latin1', directory, directory + 4)).toBe('PK\x01\x02')
  const extra = directory + 46 + 'big'.length
  expect(bytes.readBigUInt64LE(extra + 4)).toBe(BigInt(length))
  const offsetOfSecond = bytes.readBigUInt64LE(extra + 20 + 46 + 'after'.length + 4)
  expect(offsetOfSecond).toBe(BigInt(30 + 'big'.length + 20 + length + 24))
})
