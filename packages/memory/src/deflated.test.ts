import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from '@jest/globals'
import {
  createDicomweb,
  type DicomwebOptions,
  inflateStored,
  reindex,
  statistics,
  sweep,
  type VerifyProblem,
  verify,
} from '@sansfilm/core'
import { AdapterError, type InstanceIndex, type InstanceStorage, type StoredInstance } from '@sansfilm/core/adapters'
import {
  convertToExplicitVRLittleEndian,
  readPart10,
  sopClasses,
  type TransferSyntax,
  tags,
  transferSyntaxes,
  writePart10Buffer,
} from '@sansfilm/dicom'
import { memoryIndex } from './memory-index.ts'
import { memoryStorage } from './memory-storage.ts'

const uids = { study: '2.25.1', series: '2.25.2', instance: '2.25.3' }
const instancePath = `/studies/${uids.study}/series/${uids.series}/instances/${uids.instance}`
const frameLength = 64 * 64 * 2
const frames = 300
const curve = noise(3000)

/** Bytes that look like chance, the same each time. */
function noise(length: number, seed = 1): Buffer {
  return createHash('shake256', { outputLength: length }).update(`${seed}`).digest()
}

/** A deflated image of many frames, with bulk data in a sequence before it. */
function objectOf(
  seed: number,
  transferSyntax: TransferSyntax = transferSyntaxes.DeflatedExplicitVRLittleEndian,
  pixels = noise(frameLength * frames, seed),
) {
  const bytes = writePart10Buffer({
    transferSyntax,
    dataset: {
      [tags.SOPClassUID]: { vr: 'UI', Value: [sopClasses.SecondaryCaptureImageStorage.uid] },
      [tags.SOPInstanceUID]: { vr: 'UI', Value: [uids.instance] },
      [tags.Modality]: { vr: 'CS', Value: ['OT'] },
      [tags.StudyInstanceUID]: { vr: 'UI', Value: [uids.study] },
      [tags.SeriesInstanceUID]: { vr: 'UI', Value: [uids.series] },
      [tags.SamplesPerPixel]: { vr: 'US', Value: [1] },
      [tags.NumberOfFrames]: { vr: 'IS', Value: [frames] },
      [tags.Rows]: { vr: 'US', Value: [64] },
      [tags.Columns]: { vr: 'US', Value: [64] },
      [tags.BitsAllocated]: { vr: 'US', Value: [16] },
      [tags.BitsStored]: { vr: 'US', Value: [16] },
      [tags.HighBit]: { vr: 'US', Value: [15] },
      [tags.PixelRepresentation]: { vr: 'US', Value: [0] },
      [tags.WaveformSequence]: { vr: 'SQ', Value: [{ [tags.WaveformData]: { vr: 'OW', BulkDataURI: 'curve' } }] },
      [tags.PixelData]: { vr: 'OW', BulkDataURI: 'pixels' },
    },
    bulkData: (uri) => {
      const value = uri === 'curve' ? curve : pixels
      return { length: value.length, bytes: [value] }
    },
  })
  return { bytes, pixels }
}

const object = objectOf(1)

/** Counts what is read, and lets a test break a put. */
function observed(storage: InstanceStorage) {
  const read = { calls: 0, bytes: 0 }
  return {
    read,
    storage: {
      ...storage,
      async get(key, range) {
        read.calls++
        const source = await storage.get(key, range)
        return (async function* () {
          for await (const chunk of source) {
            read.bytes += chunk.length
            yield chunk
          }
        })()
      },
      async read(key, range) {
        const bytes = await storage.read(key, range)
        read.calls++
        read.bytes += bytes.length
        return bytes
      },
    } satisfies InstanceStorage,
  }
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

let inner: InstanceStorage
let read: { calls: number; bytes: number }
let storage: InstanceStorage
let index: InstanceIndex
beforeEach(() => {
  inner = memoryStorage()
  ;({ read, storage } = observed(inner))
  index = memoryIndex()
})

function client(options: Partial<DicomwebOptions> = {}) {
  const dicomweb = createDicomweb({ storage, index, ...options })
  async function ask(method: string, url: string, headers: Record<string, string> = {}, payload?: Uint8Array) {
    async function* body() {
      if (payload !== undefined) yield payload
    }
    const request = { method, url, serviceRoot: 'https://pacs.example', headers, body: payload ? body() : null }
    const answer = await dicomweb.handle(request)
    const chunks = answer.body === null ? [] : answer.body instanceof Uint8Array ? [answer.body] : answer.body
    const copies: Buffer[] = []
    for await (const chunk of chunks) copies.push(Buffer.from(chunk))
    return { ...answer, body: Buffer.concat(copies) }
  }
  return {
    get: (url: string, headers?: Record<string, string>) => ask('GET', url, headers),
    remove: (url: string) => ask('DELETE', url),
    store: (bytes: Uint8Array) => ask('POST', '/studies', { 'content-type': 'application/dicom' }, bytes),
  }
}

const keys = async () => (await collect(inner.list())).map(({ key }) => key)
const storedNow = async (): Promise<StoredInstance> => {
  const [found] = await collect(index.all())
  if (found === undefined) throw new Error('nothing is stored')
  const { cursor: _, ...stored } = found
  return stored
}

/** Why the first instance was refused. */
function failureReasonOf(body: Buffer): unknown {
  const answer = JSON.parse(body.toString())
  const failures = answer[tags.FailedSOPSequence] ?? answer[tags.OtherFailuresSequence]
  return failures.Value[0][tags.FailureReason].Value[0]
}

/** Sweeps whatever its age. */
async function sweepNow() {
  await setTimeout(2)
  return sweep({ storage, index }, { graceMs: 0, evenIfIndexIsEmpty: true })
}

/** What the requests that are ranges now answer. */
async function answers() {
  const { get } = client()
  const urls = [
    [`${instancePath}/frames/1`, 'application/octet-stream'],
    [`${instancePath}/frames/${frames}`, 'application/octet-stream'],
    [`${instancePath}/frames/3,2`, 'multipart/related; type="application/octet-stream"'],
    [`${instancePath}/bulkdata/7FE00010`, '*/*'],
    [`${instancePath}/bulkdata/54000100/1/54001010`, '*/*'],
    [`${instancePath}/pixeldata`, 'multipart/related; type="application/octet-stream"'],
    [instancePath, 'application/dicom'],
    [instancePath, 'application/dicom; transfer-syntax=*'],
    [`${instancePath}/metadata`, 'application/dicom+json'],
  ] as const
  const all = []
  for (const [url, accept] of urls) {
    const { status, headers, body } = await get(url, { accept })
    const { etag } = headers
    const digest = createHash('sha256').update(body).digest('hex')
    // That of metadata is of the state of the index.
    const validator = url.endsWith('metadata') ? undefined : etag
    all.push({ url, accept, status, type: headers['content-type'], validator, digest })
  }
  return all
}

describe('a deflated instance', () => {
  test.each([1, frames])('gives frame %d by one look-up and one read of that frame alone', async (frame) => {
    const { store, get } = client()
    expect((await store(object.bytes)).status).toBe(200)
    Object.assign(read, { calls: 0, bytes: 0 })
    const { status, headers, body } = await get(`${instancePath}/frames/${frame}`, {
      accept: 'application/octet-stream',
    })
    expect([status, headers['content-length']]).toEqual([200, String(frameLength)])
    expect(body.equals(object.pixels.subarray((frame - 1) * frameLength, frame * frameLength))).toBe(true)
    expect(read).toEqual({ calls: 1, bytes: frameLength })
  })

  test('is Explicit VR Little Endian by default: what the conversion makes, with a length, by ranges', async () => {
    const { store, get } = client()
    await store(object.bytes)
    const converted = Buffer.concat(await collect(convertToExplicitVRLittleEndian([object.bytes])))
    Object.assign(read, { calls: 0, bytes: 0 })
    const whole = await get(instancePath, { accept: 'application/dicom' })
    expect(whole.headers).toMatchObject({
      'content-type': 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1',
      'content-length': String(converted.length),
      'accept-ranges': 'bytes',
    })
    expect(whole.body.equals(converted)).toBe(true)
    expect(read.bytes).toBe(converted.length)

    Object.assign(read, { calls: 0, bytes: 0 })
    const piece = await get(instancePath, { accept: 'application/dicom', range: 'bytes=2000000-2000099' })
    expect([piece.status, piece.headers['content-range']]).toEqual([206, `bytes 2000000-2000099/${converted.length}`])
    expect(piece.body.equals(converted.subarray(2_000_000, 2_000_100))).toBe(true)
    expect(read).toEqual({ calls: 1, bytes: 100 })
  })

  test('comes back as it was stored, byte for byte', async () => {
    const { store, get } = client()
    await store(object.bytes)
    const { headers, body } = await get(instancePath, { accept: 'application/dicom; transfer-syntax=*' })
    expect(headers['content-type']).toBe('application/dicom; transfer-syntax=1.2.840.10008.1.2.1.99')
    expect(body.equals(object.bytes)).toBe(true)
  })

  test('has bulk data where its metadata says, read by its range', async () => {
    const { store, get } = client()
    await store(object.bytes)
    const metadata = JSON.parse((await get(`${instancePath}/metadata`)).body.toString())
    const root = 'https://pacs.example'
    const uris = [metadata[0][tags.WaveformSequence].Value[0][tags.WaveformData], metadata[0][tags.PixelData]]
    for (const [i, value] of [curve, object.pixels].entries()) {
      const uri: string = uris[i].BulkDataURI
      expect(uri.startsWith(root)).toBe(true)
      Object.assign(read, { calls: 0, bytes: 0 })
      const { body } = await get(uri.slice(root.length))
      expect(body.equals(value)).toBe(true)
      expect(read).toEqual({ calls: 1, bytes: value.length })
    }
  })

  test.each([transferSyntaxes.JPIPReferencedDeflate, transferSyntaxes.JPIPHTJ2KReferencedDeflate])(
    'in $name is read by ranges too',
    async (transferSyntax) => {
      const { store, get } = client()
      await store(objectOf(1, transferSyntax).bytes)
      Object.assign(read, { calls: 0, bytes: 0 })
      const { body } = await get(`${instancePath}/bulkdata/54000100/1/54001010`)
      expect(body.equals(curve)).toBe(true)
      expect(read.bytes).toBe(curve.length)
    },
  )

  test('counts with both its objects, and no other instance has two', async () => {
    const { store } = client()
    await store(object.bytes)
    const { location, inflated } = await storedNow()
    expect(await keys()).toEqual([location.key, inflated?.key].sort())
    const report = await statistics({ storage, index }, { partitions: ['default'], countObjects: true })
    expect(report.total.bytes).toBe(location.length + (inflated?.length ?? 0))
    expect(report.stored).toEqual({ objects: 2, bytes: report.total.bytes })
    await client().remove(instancePath)
    await store(objectOf(1, transferSyntaxes.ImplicitVRLittleEndian).bytes)
    expect((await storedNow()).inflated).toBeUndefined()
    expect(await keys()).toHaveLength(1)
  })
})

describe('the objects of a deflated instance', () => {
  test('go with it when it is deleted', async () => {
    const { store, remove } = client()
    await store(object.bytes)
    expect((await remove(instancePath)).status).toBe(204)
    expect(await keys()).toEqual([])
  })

  test('are not kept twice of what comes again, nor at all of what is refused', async () => {
    const { store } = client()
    await store(object.bytes)
    const before = await keys()
    expect((await store(object.bytes)).status).toBe(200)
    expect(await keys()).toEqual(before)
    expect((await store(objectOf(2).bytes)).status).toBe(409)
    expect(await keys()).toEqual(before)
  })

  test('are left to the sweep when it is replaced', async () => {
    const { store, get } = client({ onConflict: 'replace' })
    await store(object.bytes)
    const before = await keys()
    const other = objectOf(2)
    await store(other.bytes)
    const { location, inflated } = await storedNow()
    expect(await sweepNow()).toMatchObject({ examined: 4, removed: 2 })
    expect(await keys()).toEqual([location.key, inflated?.key].sort())
    expect(before).not.toContain(location.key)
    const { body } = await get(`${instancePath}/frames/${frames}`, { accept: 'application/octet-stream' })
    expect(body.equals(other.pixels.subarray(-frameLength))).toBe(true)
  })

  test('are nothing but orphans for the sweep until the row is there', async () => {
    const asked: string[] = []
    const crashing: InstanceIndex = {
      ...index,
      async add() {
        asked.push(...(await keys()))
        throw new AdapterError('unavailable', 'gone')
      },
    }
    expect((await client({ index: crashing, reportBug: () => undefined }).store(object.bytes)).status).toBe(503)
    // Both were there before the row was asked for, and whatever the end between the two puts or after them is an orphan.
    expect(asked).toHaveLength(2)
    expect(await sweepNow()).toMatchObject({ examined: 2, removed: 2 })
    expect(await keys()).toEqual([])
  })

  test('are both removed when there is no room for the second', async () => {
    inner = memoryStorage({ maxBytes: object.bytes.length + 1_000_000 })
    storage = inner
    const { status, body } = await client().store(object.bytes)
    expect([status, failureReasonOf(body)]).toEqual([409, 0xa700])
    expect(await keys()).toEqual([])
    expect(await collect(index.all())).toEqual([])
  })

  test('do not come to be of a bomb', async () => {
    const bomb = objectOf(1, transferSyntaxes.DeflatedExplicitVRLittleEndian, Buffer.alloc(frameLength * frames))
    expect(bomb.bytes.length).toBeLessThan(10_000)
    const { status, body } = await client({ limits: { maxInflatedBytes: 1_000_000 } }).store(bomb.bytes)
    expect([status, failureReasonOf(body)]).toEqual([409, 0xc006])
    expect(await keys()).toEqual([])
    expect(await collect(index.all())).toEqual([])
  })
})

describe('verify', () => {
  test('finds what is wrong with an inflated object, too', async () => {
    await client().store(object.bytes)
    const stored = await storedNow()
    const { key = '', length = 0 } = stored.inflated ?? {}
    expect(await verify({ storage, index })).toEqual({
      instances: 1,
      bytes: stored.location.length + length,
      missing: 0,
      different: 0,
      unreadable: 0,
    })
    const bytes = Buffer.from(await inner.read(key, { offset: 0, length }))
    bytes.writeUInt8(bytes.readUInt8(length - 1) ^ 1, length - 1)
    await inner.delete(key)
    const problems: VerifyProblem[] = []
    const onProblem = (problem: VerifyProblem) => void problems.push(problem)
    expect(await verify({ storage, index }, { onProblem })).toMatchObject({ instances: 1, missing: 1, different: 0 })
    await inner.put(
      key,
      (async function* () {
        yield bytes
      })(),
    )
    expect(await verify({ storage, index }, { onProblem })).toMatchObject({ instances: 1, missing: 0, different: 1 })
    expect(problems).toMatchObject([
      { stored, key, problem: 'missing' },
      { stored, key, problem: 'different' },
    ])
  })
})

describe('reindex', () => {
  test('makes inflated objects again, and takes none for an instance', async () => {
    await client().store(object.bytes)
    const before = await answers()
    const lost = await storedNow()
    index = memoryIndex()
    expect(await reindex({ storage, index })).toMatchObject({ objects: 1, added: 1, superseded: 0, failed: 0 })
    expect(await answers()).toEqual(before)
    const { inflated } = await storedNow()
    expect(inflated).toMatchObject({ length: lost.inflated?.length, digest: lost.inflated?.digest })
    expect(await sweepNow()).toMatchObject({ examined: 3, removed: 1 })
    expect(await keys()).toEqual([lost.location.key, inflated?.key].sort())
    expect(await reindex({ storage, index })).toMatchObject({ objects: 1, unchanged: 1, added: 0 })
    expect(await keys()).toHaveLength(2)
  })

  test('leaves nothing of its own for an object that another supersedes', async () => {
    await client({ onConflict: 'replace' }).store(object.bytes)
    await setTimeout(2)
    await client({ onConflict: 'replace' }).store(objectOf(2).bytes)
    const { location } = await storedNow()
    index = memoryIndex()
    expect(await reindex({ storage, index })).toMatchObject({ objects: 2, superseded: expect.any(Number) })
    expect((await storedNow()).location).toEqual(location)
    await sweepNow()
    expect(await keys()).toHaveLength(2)
    index = memoryIndex()
    expect(await reindex({ storage, index }, { onConflict: 'refuse' })).toMatchObject({ objects: 1, added: 1 })
  })

  test('with what it was told of limits', async () => {
    await client().store(object.bytes)
    index = memoryIndex()
    const limits = { maxMetadataBytes: 1e6, maxDepth: 9, maxInlineBytes: 1024, maxInflatedBytes: 1000 }
    expect(await reindex({ storage, index }, { limits })).toMatchObject({ objects: 1, failed: 1 })
  })
})

describe('inflateStored', () => {
  /** As the row was before there were inflated objects: offsets count in the inflated data set. */
  async function storeAsBefore(bytes: Uint8Array): Promise<void> {
    const { bulkData, pixelData, frameBlocks } = await readPart10([bytes])
    const old: InstanceIndex = {
      ...index,
      async add(record, onConflict) {
        if (record.inflated !== undefined) await inner.delete(record.inflated.key)
        return index.add({ ...record, inflated: undefined, bulkData, pixelData, frameBlocks }, onConflict)
      },
    }
    expect((await client({ index: old }).store(bytes)).status).toBe(200)
  }

  test('turns what was stored before into ranges, and every answer is the same before and after', async () => {
    await storeAsBefore(object.bytes)
    const before = await answers()
    expect(before.map(({ status }) => status)).toEqual(before.map(() => 200))
    expect(await inflateStored({ storage, index })).toEqual({ inflated: 1, failed: 0 })
    Object.assign(read, { calls: 0, bytes: 0 })
    await client().get(`${instancePath}/frames/${frames}`, { accept: 'application/octet-stream' })
    expect(read).toEqual({ calls: 1, bytes: frameLength })
    expect(await answers()).toEqual(before)
    expect(await verify({ storage, index })).toMatchObject({ instances: 1, missing: 0, different: 0 })
    expect(await inflateStored({ storage, index })).toEqual({ inflated: 0, failed: 0 })
    expect(await sweepNow()).toMatchObject({ removed: 0 })
  })

  test('never lets a read take ranges of the one object from the other', async () => {
    await storeAsBefore(object.bytes)
    const meanwhile: InstanceIndex = {
      ...index,
      async bulkData(scope, path) {
        await inflateStored({ storage, index })
        return index.bulkData(scope, path)
      },
    }
    const { get } = client({ index: meanwhile })
    const all = `${instancePath}/bulkdata`
    const accept = 'multipart/related; type="application/octet-stream"'
    expect((await get(all, { accept })).status).toBe(503)
    const { status, body } = await get(all, { accept })
    expect(status).toBe(200)
    expect(body.includes(curve) && body.includes(object.pixels)).toBe(true)
  })

  test('leaves nothing behind for an instance that goes meanwhile', async () => {
    await storeAsBefore(object.bytes)
    const going: InstanceStorage = {
      ...storage,
      async put(key, bytes) {
        const written = await storage.put(key, bytes)
        await index.remove({ partition: 'default', study: uids.study })
        return written
      },
    }
    const { location } = await storedNow()
    expect(await inflateStored({ storage: going, index })).toEqual({ inflated: 0, failed: 0 })
    expect(await keys()).toEqual([location.key])
  })

  test('says which instances it cannot inflate, and they are read as before', async () => {
    await storeAsBefore(object.bytes)
    const before = await answers()
    const limits = { maxMetadataBytes: 1e6, maxDepth: 9, maxInlineBytes: 1024, maxInflatedBytes: 1000 }
    const problems: { readonly stored: StoredInstance; readonly cause: Error }[] = []
    const onProblem = (problem: (typeof problems)[number]) => void problems.push(problem)
    expect(await inflateStored({ storage, index }, { limits, onProblem })).toEqual({ inflated: 0, failed: 1 })
    expect(problems).toMatchObject([{ stored: await storedNow(), cause: { name: 'Part10Error' } }])
    expect(await keys()).toHaveLength(1)
    expect(await answers()).toEqual(before)
  })

  test('ends when it is told to, and goes on later', async () => {
    await storeAsBefore(object.bytes)
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(inflateStored({ storage, index }, { signal })).rejects.toThrow('enough')
    expect(await keys()).toHaveLength(1)
    expect(await inflateStored({ storage, index })).toEqual({ inflated: 1, failed: 0 })
  })
})
