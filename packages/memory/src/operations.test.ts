import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from '@jest/globals'
import {
  type Archive,
  type ReindexProblem,
  reindex,
  statistics,
  sweep,
  type VerifyProblem,
  verify,
} from '@sansfilm/core'
import { AdapterError, type InstanceRecord, type InstanceStorage, type Query } from '@sansfilm/core/adapters'
import { tags, transferSyntaxes } from '@sansfilm/dicom'
import { memoryIndex } from './memory-index.ts'
import { memoryStorage } from './memory-storage.ts'

const hour = 3_600_000
const study = '2.25.10'
const series = '2.25.11'
const sopClass = '2.25.12'

let storage: InstanceStorage
let archive: Archive
beforeEach(() => {
  storage = memoryStorage()
  archive = { storage, index: memoryIndex() }
})

async function* chunksOf(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 1000) yield bytes.subarray(start, start + 1000)
}

const put = (key: string, bytes: Uint8Array) => storage.put(key, chunksOf(bytes))

function recordOf(key: string, bytes: Uint8Array, instance = `2.25.${key.replace(/\D/g, '')}`): InstanceRecord {
  return {
    partition: 'default',
    study,
    series,
    instance,
    sopClass,
    transferSyntax: transferSyntaxes.ExplicitVRLittleEndian.uid,
    location: { key, offset: 0, length: bytes.length },
    digest: createHash('sha256').update(bytes).digest('hex'),
    storedAt: new Date(),
    inflated: undefined,
    attributes: { study: {}, series: {}, instance: {} },
    metadata: new Uint8Array(0),
    bulkData: [],
    pixelData: undefined,
    frameBlocks: [],
  }
}

async function store(key: string, bytes: Uint8Array = Buffer.from(key)): Promise<void> {
  await put(key, bytes)
  await archive.index.add(recordOf(key, bytes), 'refuse')
}

/** The same objects, as if they had been modified so long ago. */
function aged(ms: number): InstanceStorage {
  return {
    ...storage,
    async *list(prefix) {
      for await (const object of storage.list(prefix)) {
        yield { ...object, modified: new Date(object.modified.getTime() - ms) }
      }
    },
  }
}

async function keys(): Promise<readonly string[]> {
  const found: string[] = []
  for await (const { key } of storage.list()) found.push(key)
  return found
}

describe('sweep', () => {
  beforeEach(async () => {
    await store('default/1')
    await put('default/2', Buffer.alloc(100))
    await store('default/3')
  })

  test('removes what is old and not referred to, and nothing else', async () => {
    const progress: number[] = []
    const onProgress = ({ examined }: { examined: number }) => progress.push(examined)
    expect(await sweep({ ...archive, storage: aged(2 * hour) }, { graceMs: hour, onProgress })).toEqual({
      unfinished: 0,
      examined: 3,
      removed: 1,
      removedBytes: 100,
      indexIsEmpty: false,
    })
    expect(await keys()).toEqual(['default/1', 'default/3'])
    expect(progress).toEqual([3])
  })

  test('leaves what is younger than the grace: its row may be on the way', async () => {
    expect(await sweep({ ...archive, storage: aged(hour / 2) }, { graceMs: hour })).toMatchObject({ removed: 0 })
    expect(await keys()).toHaveLength(3)
  })

  test('counts only, with dryRun', async () => {
    const report = await sweep({ ...archive, storage: aged(2 * hour) }, { graceMs: hour, dryRun: true })
    expect(report).toMatchObject({ removed: 1, removedBytes: 100 })
    expect(await keys()).toHaveLength(3)
  })

  test('takes an empty index for a lost one', async () => {
    const lost = { storage: aged(2 * hour), index: memoryIndex() }
    expect(await sweep(lost, { graceMs: hour })).toMatchObject({ removed: 0, indexIsEmpty: true })
    expect(await keys()).toHaveLength(3)
    expect(await sweep(lost, { graceMs: hour, evenIfIndexIsEmpty: true })).toMatchObject({ removed: 3 })
  })

  test('ends when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(sweep({ ...archive, storage: aged(2 * hour) }, { graceMs: hour, signal })).rejects.toThrow('enough')
    expect(await keys()).toHaveLength(3)
  })
})

describe('verify', () => {
  test('reports what is missing, different and unreadable, and reads on', async () => {
    for (const key of ['default/1', 'default/2', 'default/3', 'default/4', 'default/5']) await store(key)
    await storage.delete('default/1')
    await put('default/2', Buffer.from('default/X'))
    await put('default/3', Buffer.from('default'))
    const broken: InstanceStorage = {
      ...storage,
      async get(key, range) {
        if (key === 'default/4') throw new AdapterError('unavailable', 'Cannot read the object (EIO)')
        return storage.get(key, range)
      },
    }
    const problems: VerifyProblem[] = []
    const report = await verify({ ...archive, storage: broken }, { onProblem: (problem) => problems.push(problem) })
    expect(report).toEqual({ instances: 5, bytes: 9 + 7 + 9, missing: 1, different: 2, unreadable: 1 })
    expect(problems.map(({ stored, problem }) => [stored.location.key, problem]).sort()).toEqual([
      ['default/1', 'missing'],
      ['default/2', 'different'],
      ['default/3', 'different'],
      ['default/4', 'unreadable'],
    ])
  })

  test('passes over what is deleted while it reads', async () => {
    await store('default/1')
    const deleting: InstanceStorage = {
      ...storage,
      async get(key) {
        await archive.index.remove({ partition: 'default', study })
        throw new AdapterError('not-found', key)
      },
    }
    expect(await verify({ ...archive, storage: deleting })).toMatchObject({ instances: 1, missing: 0 })
  })
})

describe('reindex', () => {
  const instance = '2.25.20'

  test('makes a row for every object, and says which objects have none', async () => {
    await put('default/1', part10(instance))
    await put('default/2', part10('2.25.21'))
    await put('default/3', Buffer.from('not DICOM'))
    await put('other/1', part10(instance))
    const problems: ReindexProblem[] = []
    const report = await reindex(archive, { onProblem: (problem) => problems.push(problem) })
    expect(report).toMatchObject({ objects: 4, added: 3, unchanged: 0, superseded: 0, failed: 1 })
    expect(problems).toMatchObject([{ type: 'not-indexed', key: 'default/3', cause: { name: 'Part10Error' } }])
    expect(await archive.index.statistics('default')).toMatchObject({ studies: 1, series: 1, instances: 2 })
    expect(await archive.index.statistics('other')).toMatchObject({ instances: 1 })
    expect(await verify(archive)).toMatchObject({ instances: 3, missing: 0, different: 0 })
    expect(await keys()).toHaveLength(4)
    expect(await archive.index.extraAttributes()).toEqual({ study: [], series: [], instance: [] })
    expect(await reindex(archive)).toMatchObject({ added: 0, unchanged: 3, failed: 1 })
  })

  test.each([
    ['replace', 'default/3'],
    ['refuse', 'default/1'],
  ] as const)('of three versions, with %s, %s stands whatever the order', async (onConflict, standing) => {
    for (const key of ['default/1', 'default/2', 'default/3']) await put(key, part10(instance, key))
    const superseded: string[] = []
    const onProblem = (problem: ReindexProblem) => superseded.push(problem.key)
    for (const listed of [storage, reversed(storage)]) {
      const index = memoryIndex()
      superseded.splice(0)
      await reindex({ storage: listed, index }, { onConflict, onProblem })
      const found = await index.references(['default/1', 'default/2', 'default/3'])
      expect([...found]).toEqual([standing])
      expect(superseded.sort()).toEqual(['default/1', 'default/2', 'default/3'].filter((key) => key !== standing))
    }
  })

  test('gives a study the place of its first object, whichever is read sooner', async () => {
    await put('default/1', part10('2.25.21'))
    await put('default/2', part10('2.25.22', '', '19990101'))
    const cursorOf = async (listed: InstanceStorage) => {
      const index = memoryIndex()
      await reindex({ storage: listed, index })
      const query: Query = { partition: 'default', level: 'study', conditions: [], offset: 0 }
      const { value: match } = await (await index.search(query)).matches[Symbol.asyncIterator]().next()
      expect(match.attributes.study[tags.StudyDate].Value).toEqual(['19990101'])
      return match.cursor
    }
    const firstIsSlow: InstanceStorage = {
      ...storage,
      async get(key, range) {
        if (key === 'default/1') await setTimeout(50)
        return storage.get(key, range)
      },
    }
    const arrival = await cursorOf(storage)
    expect(arrival).toMatch(/^79/)
    expect(await cursorOf(firstIsSlow)).toBe(arrival)
  })

  test('can be interrupted and goes on', async () => {
    for (let number = 10; number < 30; number++) await put(`default/${number}`, part10(`2.25.${number}0`))
    const stop = new AbortController()
    const onProgress = ({ objects }: { objects: number }) => objects === 5 && stop.abort(new Error('enough'))
    await expect(reindex(archive, { onProgress, signal: stop.signal, concurrency: 2 })).rejects.toThrow('enough')
    const { instances } = await archive.index.statistics('default')
    expect(instances).toBeLessThan(20)
    expect(await reindex(archive)).toMatchObject({ added: 20 - instances, unchanged: instances })
  })
})

test('statistics adds up partitions, and counts objects when asked', async () => {
  await store('default/1')
  await put('default/2', Buffer.alloc(100))
  const report = await statistics(archive, { partitions: ['default', 'other'], countObjects: true })
  expect(report.total).toEqual({ studies: 1, series: 1, instances: 1, bytes: 9 })
  expect(report.partitions.get('other')).toEqual({ studies: 0, series: 0, instances: 0, bytes: 0 })
  expect(report.stored).toEqual({ objects: 2, bytes: 109 })
})

function reversed(from: InstanceStorage): InstanceStorage {
  return {
    ...from,
    async *list(prefix) {
      const objects = []
      for await (const object of from.list(prefix)) objects.unshift(object)
      yield* objects
    },
  }
}

/** A small Part 10 object (PS3.10 §7.1) in Explicit VR Little Endian. */
function part10(instance: string, comment = '', studyDate = ''): Uint8Array {
  const meta = Buffer.concat([
    element(tags.MediaStorageSOPClassUID, 'UI', sopClass),
    element(tags.MediaStorageSOPInstanceUID, 'UI', instance),
    element(tags.TransferSyntaxUID, 'UI', transferSyntaxes.ExplicitVRLittleEndian.uid),
  ])
  const length = Buffer.alloc(4)
  length.writeUInt32LE(meta.length)
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element(tags.FileMetaInformationGroupLength, 'UL', length),
    meta,
    element(tags.SOPClassUID, 'UI', sopClass),
    element(tags.SOPInstanceUID, 'UI', instance),
    element(tags.StudyDate, 'DA', studyDate),
    element(tags.StudyInstanceUID, 'UI', study),
    element(tags.SeriesInstanceUID, 'UI', series),
    element(tags.ImageComments, 'LT', comment),
  ])
}

function element(tag: string, vr: string, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string) // Buffer.from copies a Buffer as well
  const padded = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(vr === 'UI' ? '\0' : ' ')])
  const header = Buffer.alloc(8)
  header.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0)
  header.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2)
  header.write(vr, 4, 'latin1')
  header.writeUInt16LE(padded.length, 6)
  return Buffer.concat([header, padded])
}
