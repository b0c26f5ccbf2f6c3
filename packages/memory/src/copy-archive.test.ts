import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { type Archive, type CopyProblem, copyArchive, endMirroring, NotACopyError, verify } from '@sansfilm/core'
import type { InstanceRecord, InstanceStorage, ObjectLocation, StoredInstance } from '@sansfilm/core/adapters'
import { tags, transferSyntaxes } from '@sansfilm/dicom'
import { memoryIndex } from './memory-index.ts'
import { memoryStorage } from './memory-storage.ts'

let source: Archive
let target: Archive
/** Keys that were written to the target, in their order. */
let puts: string[]
beforeEach(() => {
  source = { storage: memoryStorage(), index: memoryIndex() }
  puts = []
  target = { storage: counting(memoryStorage()), index: memoryIndex() }
})

function counting(storage: InstanceStorage): InstanceStorage {
  return {
    ...storage,
    put(key, bytes) {
      puts.push(key)
      return storage.put(key, bytes)
    },
  }
}

async function* chunksOf(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 7) yield bytes.subarray(start, start + 7)
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

function recordOf(instance: number, bytes: Uint8Array, location: ObjectLocation, study = '2.25.1'): InstanceRecord {
  return {
    partition: 'default',
    study,
    series: `${study}.1`,
    instance: `2.25.3.${instance}`,
    sopClass: '2.25.4',
    transferSyntax: transferSyntaxes.ExplicitVRLittleEndian.uid,
    location,
    digest: sha256(bytes),
    storedAt: new Date(Date.UTC(2020, 0, instance)),
    inflated: undefined,
    attributes: { study: {}, series: {}, instance: { [tags.InstanceNumber]: { vr: 'IS', Value: [instance] } } },
    metadata: Buffer.from(`metadata ${instance}`),
    bulkData: [{ path: '7FE00010', vr: 'OB', offset: 1, length: 2, encapsulated: false }],
    pixelData: undefined,
    frameBlocks: [Buffer.from('frames')],
  }
}

const wordsOf = (instance: number): Uint8Array => Buffer.from(`the bytes of ${instance}, of which there are some`)

async function store(instance: number, bytes = wordsOf(instance), study?: string): Promise<InstanceRecord> {
  const key = `default/${instance}-${sha256(bytes).slice(0, 8)}`
  await source.storage.put(key, chunksOf(bytes))
  const record = recordOf(instance, bytes, { key, offset: 0, length: bytes.length }, study)
  await source.index.add(record, 'replace')
  return record
}

/** Stores instances in one object. */
async function storeTogether(key: string, instances: readonly number[]): Promise<void> {
  const all = instances.map(wordsOf)
  await source.storage.put(key, chunksOf(Buffer.concat(all)))
  let offset = 0
  for (const [n, bytes] of all.entries()) {
    await source.index.add(recordOf(instances[n] ?? 0, bytes, { key, offset, length: bytes.length }), 'refuse')
    offset += bytes.length
  }
}

async function rowsOf({ index }: Archive): Promise<readonly unknown[]> {
  const rows: unknown[] = []
  for await (const stored of index.all()) rows.push(await index.record(stored))
  return rows
}

async function keysOf({ storage }: Archive): Promise<readonly string[]> {
  const keys: string[] = []
  for await (const { key } of storage.list()) keys.push(key)
  return keys
}

async function expectWhole(archive: Archive, instances: number): Promise<void> {
  expect(await verify(archive)).toMatchObject({ instances, missing: 0, different: 0, unreadable: 0 })
}

const mirror = { result: 'mirror' } as const

describe('copyArchive', () => {
  test('gives the target the same rows, the same objects under the same keys, and the same order', async () => {
    for (let n = 1; n <= 20; n++) await store(n)
    await storeTogether('default/shared', [31, 32, 33])
    await source.storage.put('default/orphan', chunksOf(wordsOf(99)))
    const extra = { study: [[tags.InstitutionName]], series: [], instance: [] }
    await source.index.setExtraAttributes(extra)
    const report = await copyArchive(source, target, mirror)
    expect(report).toMatchObject({ instances: 23, copied: 23, unchanged: 0, removed: 0, problems: 0 })
    expect(await rowsOf(target)).toEqual(await rowsOf(source))
    expect(await keysOf(target)).toEqual((await keysOf(source)).filter((key) => key !== 'default/orphan'))
    expect(puts).toHaveLength(21)
    expect(await target.index.extraAttributes()).toEqual(extra)
    await expectWhole(target, 23)
  })

  test('goes on where it was, and copies nothing twice', async () => {
    for (let n = 1; n <= 30; n++) await store(n)
    const interrupt = new AbortController()
    const onProgress = ({ copied }: { copied: number }) => copied >= 10 && interrupt.abort(new Error('enough'))
    const options = { ...mirror, onProgress, signal: interrupt.signal, concurrency: 3 }
    await expect(copyArchive(source, target, options)).rejects.toThrow('enough')
    expect(await rowsOf(target)).not.toHaveLength(30)
    expect(await copyArchive(source, target, mirror)).toMatchObject({ instances: 30, problems: 0 })
    expect(new Set(puts).size).toBe(30)
    expect(puts).toHaveLength(30)
    expect(await rowsOf(target)).toHaveLength(30)
    await expectWhole(target, 30)
  })

  test('takes over what came, was replaced and was deleted since', async () => {
    for (let n = 1; n <= 5; n++) await store(n)
    await copyArchive(source, target, mirror)
    await store(6)
    await store(2, Buffer.from('replaced'))
    await source.index.remove({ partition: 'default', study: '2.25.1', series: '2.25.1.1', instance: '2.25.3.3' })
    expect(await copyArchive(source, target, mirror)).toMatchObject({
      instances: 5,
      unchanged: 3,
      copied: 2,
      removed: 1,
    })
    const byInstance = (rows: readonly unknown[]) => new Map(rows.map((row) => [(row as InstanceRecord).instance, row]))
    expect(byInstance(await rowsOf(target))).toEqual(byInstance(await rowsOf(source)))
    expect((await keysOf(target)).filter((key) => key.startsWith('default/3-'))).toEqual([])
    await expectWhole(target, 5)
  })

  test('an object that had more added to it since it was copied gives the rest as objects of their own', async () => {
    await storeTogether('default/shared', [1, 2])
    await copyArchive(source, target, mirror)
    const three = wordsOf(3)
    const grown = Buffer.concat([wordsOf(1), wordsOf(2), three])
    await source.storage.put('default/shared', chunksOf(grown))
    const location = { key: 'default/shared', offset: grown.length - three.length, length: three.length }
    await source.index.add(recordOf(3, three, location), 'refuse')
    expect(await copyArchive(source, target, mirror)).toMatchObject({ copied: 1, unchanged: 2, problems: 0 })
    await expectWhole(target, 3)
    expect(await keysOf(target)).toHaveLength(2)
  })

  test('leaves out what is damaged at the source, says so, and copies the rest', async () => {
    await store(1)
    const { location } = await store(2)
    await source.storage.put(location.key, chunksOf(Buffer.from('something else')))
    const gone = await store(3)
    await source.storage.delete(gone.location.key)
    const problems: CopyProblem[] = []
    const report = await copyArchive(source, target, { ...mirror, onProblem: (problem) => problems.push(problem) })
    expect(report).toMatchObject({ instances: 3, copied: 1, problems: 2 })
    expect(problems.map(({ problem }) => problem)).toEqual(['damaged', 'damaged'])
    await expectWhole(target, 1)
    expect(await keysOf(target)).toHaveLength(1)
  })

  test('what is deleted while it is copied is no problem', async () => {
    for (let n = 1; n <= 3; n++) await store(n)
    const { storage } = source
    const second: { stored?: StoredInstance } = {}
    source = {
      ...source,
      storage: {
        ...storage,
        async get(key, range) {
          if (key.startsWith('default/2-')) {
            for await (const stored of source.index.all()) if (stored.location.key === key) second.stored = stored
            if (second.stored !== undefined) await source.index.remove(second.stored)
            await storage.delete(key)
          }
          return storage.get(key, range)
        },
      },
    }
    expect(await copyArchive(source, target, mirror)).toMatchObject({ copied: 2, problems: 0 })
    await expectWhole(target, 2)
  })

  test('a mirror takes nothing from what has instances of its own, or was served since', async () => {
    await store(1)
    await copyArchive(source, target, mirror)
    await endMirroring(target.index)
    await expect(copyArchive(source, target, mirror)).rejects.toThrow(NotACopyError)
    await expect(copyArchive(target, source, mirror)).rejects.toThrow(NotACopyError)
    await expectWhole(target, 1)
  })

  test('a union takes nothing away, and tells of what stands under the same UID', async () => {
    await store(1)
    await store(2)
    const other = Buffer.from('others')
    await target.storage.put('default/mine', chunksOf(other))
    await target.index.add(recordOf(2, other, { key: 'default/mine', offset: 0, length: other.length }), 'refuse')
    await target.index.add(recordOf(9, other, { key: 'default/mine', offset: 0, length: other.length }), 'refuse')
    const problems: string[] = []
    const onProblem = ({ stored, problem }: CopyProblem) => problems.push(`${problem} ${stored.instance}`)
    expect(await copyArchive(source, target, { result: 'union', onProblem })).toMatchObject({ copied: 1, removed: 0 })
    expect(problems).toEqual(['conflict 2.25.3.2'])
    await expectWhole(target, 3)
  })

  test('only what is wanted is copied', async () => {
    await store(1)
    await store(2, wordsOf(2), '2.25.8')
    await copyArchive(source, target, { result: 'union', only: ({ study }) => study === '2.25.8' })
    expect(await rowsOf(target)).toMatchObject([{ study: '2.25.8' }])
  })

  test('repair brings again what is missing or damaged in the target, and leaves it where it cannot', async () => {
    const records = [await store(1), await store(2), await store(3), await store(4)]
    await copyArchive(source, target, mirror)
    const [one, two, three] = records.map(({ location }) => location.key)
    await target.storage.delete(one ?? '')
    await target.storage.put(two ?? '', chunksOf(Buffer.from('rotten')))
    await target.storage.delete(three ?? '')
    await source.storage.delete(three ?? '')
    const rows = await rowsOf(target)
    expect(await copyArchive(source, target, { result: 'union' })).toMatchObject({ unchanged: 4 })
    const report = await copyArchive(source, target, { result: 'union', repair: true })
    expect(report).toMatchObject({ unchanged: 1, copied: 2, problems: 1 })
    expect(await verify(target)).toMatchObject({ instances: 4, missing: 1, different: 0 })
    const withoutPlace = (of: readonly unknown[]) => of.map((row) => ({ ...(row as InstanceRecord), location: null }))
    expect(new Set(withoutPlace(await rowsOf(target)))).toEqual(new Set(withoutPlace(rows)))
  })

  test('a backup keeps the objects of what was deleted', async () => {
    await store(1)
    const { location } = await store(2)
    await copyArchive(source, target, mirror)
    await source.index.remove({ partition: 'default', study: '2.25.1', series: '2.25.1.1', instance: '2.25.3.2' })
    expect(await copyArchive(source, target, { ...mirror, keepObjects: true })).toMatchObject({ removed: 1 })
    expect(await keysOf(target)).toContain(location.key)
  })
})
