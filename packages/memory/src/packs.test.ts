import { beforeEach, describe, expect, test } from '@jest/globals'
import {
  type Archive,
  compact,
  createDicomweb,
  type DicomwebOptions,
  type ReindexProblem,
  reindex,
  sweep,
  verify,
} from '@sansfilm/core'
import type { InstanceStorage, StoredInstance } from '@sansfilm/core/adapters'
import { sopClasses, type TransferSyntax, tags, transferSyntaxes, writePart10Buffer } from '@sansfilm/dicom'
import { memoryIndex } from './memory-index.ts'
import { memoryStorage } from './memory-storage.ts'

const study = '2.25.1'
const series = '2.25.2'
const MiB = 1024 * 1024
/** Bytes of an entry's header, as the form of packs has it. */
const packHeaderLength = 192
const day = 24 * 3_600_000

let storage: InstanceStorage
let archive: Archive
beforeEach(() => {
  storage = memoryStorage({ packs: { maxWaiting: 8 } })
  archive = { storage, index: memoryIndex() }
})

function objectOf(instance: string, comment = '', syntax: TransferSyntax = transferSyntaxes.ExplicitVRLittleEndian) {
  return writePart10Buffer({
    transferSyntax: syntax,
    dataset: {
      [tags.SOPClassUID]: { vr: 'UI', Value: [sopClasses.SecondaryCaptureImageStorage.uid] },
      [tags.SOPInstanceUID]: { vr: 'UI', Value: [instance] },
      [tags.Modality]: { vr: 'CS', Value: ['OT'] },
      [tags.StudyInstanceUID]: { vr: 'UI', Value: [study] },
      [tags.SeriesInstanceUID]: { vr: 'UI', Value: [series] },
      [tags.ImageComments]: { vr: 'UT', Value: [comment] },
    },
  })
}

/** Stores the objects with one request. @returns the status */
async function store(objects: readonly Uint8Array[], options: Partial<DicomwebOptions> = {}): Promise<number> {
  const parts = objects.flatMap((each) => ['--b\r\nContent-Type: application/dicom\r\n\r\n', each, '\r\n'])
  async function* body() {
    yield Buffer.concat([...parts, '--b--\r\n'].map((piece) => Buffer.from(piece as string))) // copies bytes as well
  }
  const headers = { 'content-type': 'multipart/related; type="application/dicom"; boundary=b' }
  const request = { method: 'POST', url: '/studies', serviceRoot: 'https://pacs.example', headers, body: body() }
  return (await createDicomweb({ ...archive, ...options }).handle(request)).status
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

async function remove(instance: string): Promise<number> {
  const url = `/studies/${study}/series/${series}/instances/${instance}`
  const request = { method: 'DELETE', url, serviceRoot: 'https://pacs.example', headers: {}, body: null }
  return (await createDicomweb({ ...archive }).handle(request)).status
}

async function keys(): Promise<readonly string[]> {
  return (await collect(storage.list())).map(({ key }) => key)
}

async function rows({ index }: Pick<Archive, 'index'> = archive): Promise<readonly StoredInstance[]> {
  const all = (await collect(index.all())).map(({ cursor: _, ...stored }) => stored)
  return all.toSorted((a, b) => (a.instance < b.instance ? -1 : 1))
}

const numbered = (count: number) => Array.from({ length: count }, (_, i) => `2.25.${100 + i}`)

/** Storage whose objects were modified long ago. */
const aged = (): InstanceStorage => ({
  ...storage,
  async *list(prefix) {
    for await (const object of storage.list(prefix)) yield { ...object, modified: new Date(Date.now() - day) }
  },
})

describe('a request', () => {
  test('stores its small instances in objects that they share, byte for byte', async () => {
    const objects = numbered(20).map((uid, i) => objectOf(uid, 'x'.repeat(i * 1000)))
    expect(await store(objects)).toBe(200)
    expect(await keys()).toHaveLength(3) // at most eight wait
    for (const [i, { location }] of (await rows()).entries()) {
      expect(Buffer.from(await storage.read(location.key, location))).toEqual(Buffer.from(objects[i] as Uint8Array))
    }
    expect(await verify(archive)).toMatchObject({ instances: 20, different: 0, missing: 0 })
  })

  test('stores large and deflated instances as objects of their own, in any order among small ones', async () => {
    const large = objectOf('2.25.100', 'x'.repeat(2 * MiB))
    const deflated = objectOf('2.25.102', 'y', transferSyntaxes.DeflatedExplicitVRLittleEndian)
    expect(await store([large, objectOf('2.25.101'), deflated, objectOf('2.25.103')])).toBe(200)
    const packed = (await rows()).map(({ location }) => location.key.endsWith('.pack'))
    expect(packed).toEqual([false, true, false, true])
    expect(await verify(archive)).toMatchObject({ instances: 4, different: 0, missing: 0 })
  })

  test('writes nothing of what is refused or stored already', async () => {
    await store([objectOf('2.25.100')])
    const before = await collect(storage.list())
    expect(await store([objectOf('2.25.100'), Buffer.from('no DICOM'), objectOf('not a UID')])).toBe(202)
    expect(await collect(storage.list())).toEqual(before)
  })

  test('fails the instances alone that do not fit', async () => {
    storage = memoryStorage({ maxBytes: 10_000, packs: { maxWaiting: 1 } })
    archive = { storage, index: memoryIndex() }
    expect(await store(numbered(3).map((uid) => objectOf(uid, 'x'.repeat(4000))))).toBe(202)
    expect(await rows()).toHaveLength(2)
  })
})

describe('reindex', () => {
  /** The rows of an index made anew from the objects. */
  async function rebuilt(options = {}): Promise<readonly StoredInstance[]> {
    const index = memoryIndex()
    await reindex({ storage, index }, options)
    return rows({ index })
  }

  test('finds in packs what the rows said, the time of storing as well', async () => {
    await store(numbered(20).map((uid) => objectOf(uid)))
    await store([objectOf('2.25.50', 'x'.repeat(2 * MiB))])
    const before = await rows()
    const after = await rebuilt()
    expect(after.slice(0, 20)).toEqual(before.slice(0, 20))
    expect(after.map(({ location }) => location)).toEqual(before.map(({ location }) => location))
  })

  test('lets the later version win, whatever it lies in', async () => {
    const versions = ['', 'x'.repeat(2 * MiB), 'second', 'third'].map((comment) => objectOf('2.25.100', comment))
    for (const version of versions) await store([version], { onConflict: 'replace' })
    expect(await rebuilt()).toMatchObject([{ digest: (await rows())[0]?.digest }])
    await remove('2.25.100')
    await sweep({ ...archive, storage: aged() }, { graceMs: 0, evenIfIndexIsEmpty: true })
    expect(await keys()).toEqual([])
  })

  test('lets the first version stand where the others were refused', async () => {
    await store([objectOf('2.25.100', 'first')])
    expect(await store([objectOf('2.25.100', 'second')])).toBe(409)
    expect(await rebuilt({ onConflict: 'refuse' })).toEqual(await rows())
  })

  test('does not bring back what was deleted, replaced or refused', async () => {
    await store(numbered(4).map((uid) => objectOf(uid)))
    await store([objectOf('2.25.100', 'other')], { onConflict: 'replace' })
    await store([objectOf('2.25.101', 'other')])
    for (const uid of ['2.25.100', '2.25.101', '2.25.102']) expect(await remove(uid)).toBe(204)
    expect(await rebuilt()).toEqual(await rows())
    expect(await rows()).toMatchObject([{ instance: '2.25.103' }])
  })

  test('takes what is whole of a pack that a crash cut off', async () => {
    await store(numbered(8).map((uid) => objectOf(uid)))
    const [pack = ''] = await keys()
    const bytes = await storage.read(pack, { offset: 0, length: MiB })
    for (const cut of [1, 400, bytes.length - 100]) {
      async function* shorter() {
        yield bytes.subarray(0, -cut)
      }
      await storage.put(pack, shorter())
      const found = await rebuilt()
      expect(found.length).toBeLessThan(8)
      expect(found).toEqual((await rows()).slice(0, found.length))
    }
  })

  test('goes on behind what is damaged in the middle of a pack, and tells of it', async () => {
    await store(numbered(8).map((uid, n) => objectOf(uid, n === 3 ? 'x'.repeat(MiB - 2000) : ''))) // several chunks long
    const before = await rows()
    const [pack = ''] = await keys()
    const bytes = await storage.read(pack, { offset: 0, length: 2 * MiB })
    const startOf = (n: number) => (before[n]?.location.offset ?? 0) - packHeaderLength
    const damages = [
      { offset: startOf(3), length: 1, lost: [3] },
      { offset: startOf(4) + 20, length: 1, lost: [4] },
      { offset: startOf(2) + 100, length: startOf(4) + 10 - startOf(2), lost: [2, 3, 4] },
      { offset: startOf(0), length: 8, lost: [0] },
    ]
    for (const { offset, length, lost } of damages) {
      const damaged = Buffer.from(bytes).fill(0xff, offset, offset + length)
      async function* damagedBytes() {
        yield damaged
      }
      await storage.put(pack, damagedBytes())
      const [first = 0, last = first] = [lost[0], lost.at(-1)]
      const problems: string[] = []
      const index = memoryIndex()
      const onProblem = (problem: ReindexProblem) => {
        problems.push(problem.type === 'not-indexed' ? problem.cause.message : problem.type)
      }
      expect(await reindex({ storage, index }, { onProblem })).toMatchObject({ added: 8 - lost.length, failed: 1 })
      expect(await rows({ index })).toEqual(before.filter((_, n) => !lost.includes(n)))
      expect(problems).toEqual([
        `${startOf(last + 1) - startOf(first)} bytes from ${startOf(first)} are no entry of the pack`,
      ])
    }
  })

  test('is done again without harm', async () => {
    await store(numbered(4).map((uid) => objectOf(uid)))
    const before = await rows()
    expect(await reindex(archive)).toMatchObject({ added: 0, unchanged: 4, superseded: 0, failed: 0 })
    expect(await rows()).toEqual(before)
  })
})

describe('sweep', () => {
  test('leaves a pack while one instance refers to it, then removes it with what was noted of it', async () => {
    await store(numbered(3).map((uid) => objectOf(uid)))
    const sweepNow = () => sweep({ ...archive, storage: aged() }, { graceMs: 0, evenIfIndexIsEmpty: true })
    for (const uid of ['2.25.100', '2.25.101']) await remove(uid)
    expect(await sweepNow()).toMatchObject({ removed: 0 })
    expect(await verify(archive)).toMatchObject({ instances: 1, missing: 0 })
    await remove('2.25.102')
    expect(await sweepNow()).toMatchObject({ removed: 4 })
    expect(await keys()).toEqual([])
  })

  test('withdraws what a crash left in a pack, for a later reindex not to bring back what was never acknowledged', async () => {
    const { index } = archive
    let left = 2
    const crashing = {
      ...index,
      add: async (...given: Parameters<typeof index.add>) => {
        if (left-- === 0) throw new Error('the power fails')
        return index.add(...given)
      },
    }
    archive = { storage, index: crashing }
    expect(
      await store(
        numbered(3).map((uid) => objectOf(uid)),
        { reportBug: () => undefined },
      ),
    ).toBe(500)
    archive = { storage, index }
    const [pack = ''] = await keys()
    const { length } = await storage.read(pack, { offset: 0, length: MiB })
    const torn = Buffer.concat([await storage.read(pack, { offset: 0, length }), Buffer.alloc(300)])
    async function* tornBytes() {
      yield torn
    }
    await storage.put(pack, tornBytes())
    expect(await rows()).toHaveLength(2)
    for (let again = 0; again < 2; again++) {
      await sweep({ ...archive, storage: aged() }, { graceMs: day / 2 })
      expect(await keys()).toEqual([pack, expect.stringContaining(`${pack}.withdrawn-`)])
    }
    const anew = memoryIndex()
    expect(await reindex({ storage, index: anew })).toMatchObject({ added: 2, failed: 0 })
    expect(await rows({ index: anew })).toEqual(await rows())
  })
})

describe('compact', () => {
  const compactNow = () => compact({ ...archive, storage: aged() }, { graceMs: day / 2 })
  const sweepNow = () => sweep({ ...archive, storage: aged() }, { graceMs: day / 2 })

  test('writes a pack anew without what was withdrawn, and the bytes of that are gone after the next sweep', async () => {
    await store(numbered(8).map((uid) => objectOf(uid, `comment of ${uid}`)))
    const before = await rows()
    for (const uid of ['2.25.101', '2.25.104']) await remove(uid)
    const [old] = await keys()
    expect(await compactNow()).toMatchObject({ packs: 1, moved: 6 })
    const after = await rows()
    expect(after.map(({ location: _, ...rest }) => rest)).toEqual(
      before.filter((_, i) => i !== 1 && i !== 4).map(({ location: _, ...rest }) => rest),
    )
    expect(await keys()).toContain(old) // for who reads it now
    await sweepNow()
    const [pack = '', ...others] = await keys()
    expect([pack === old, others]).toEqual([false, []])
    const bytes = Buffer.from(await storage.read(pack, { offset: 0, length: MiB })).toString('latin1')
    expect([bytes.includes('comment of 2.25.101'), bytes.includes('comment of 2.25.102')]).toEqual([false, true])
    expect(await verify(archive)).toMatchObject({ instances: 6, missing: 0, different: 0 })
    expect(await compactNow()).toMatchObject({ packs: 0 })
    const anew = memoryIndex()
    await reindex({ storage, index: anew })
    expect(await rows({ index: anew })).toEqual(after)
  })

  test('goes on where a crash ended it, and loses nothing', async () => {
    await store(numbered(8).map((uid) => objectOf(uid)))
    await remove('2.25.100')
    const { index } = archive
    let left = 3
    const crashing = {
      ...index,
      relocate: async (...given: Parameters<typeof index.relocate>) => {
        if (left-- <= 0) throw new Error('the power fails')
        return index.relocate(...given)
      },
    }
    await expect(compact({ storage: aged(), index: crashing }, { graceMs: day / 2 })).rejects.toThrow('the power fails')
    expect(await verify(archive)).toMatchObject({ instances: 7, missing: 0, different: 0 })
    for (let again = 0; again < 2; again++) {
      await sweepNow()
      await compactNow()
    }
    await sweepNow()
    expect(await verify(archive)).toMatchObject({ instances: 7, missing: 0, different: 0 })
    expect((await keys()).every((key) => key.endsWith('.pack'))).toBe(true)
  })

  test('leaves alone what is deleted while it runs, what is damaged, and what is young', async () => {
    await store(numbered(4).map((uid) => objectOf(uid)))
    await remove('2.25.100')
    expect(await compact(archive, { graceMs: day })).toMatchObject({ packs: 0 })
    const { index } = archive
    const deleting = {
      ...index,
      relocate: async (...given: Parameters<typeof index.relocate>) => {
        if (given[0].instance === '2.25.102') await remove('2.25.102')
        return index.relocate(...given)
      },
    }
    expect(await compact({ storage: aged(), index: deleting }, { graceMs: day / 2 })).toMatchObject({ moved: 2 })
    const anew = memoryIndex()
    await reindex({ storage, index: anew })
    expect((await rows({ index: anew })).map(({ instance }) => instance)).toEqual(['2.25.101', '2.25.103'])
  })
})
