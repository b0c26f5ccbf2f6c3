import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { type Archive, compact, createDicomweb, reindex, sweep, verify } from '@sansfilm/core'
import type { InstanceIndex, InstanceStorage, StoredInstance } from '@sansfilm/core/adapters'
import { sopClasses, type TransferSyntax, tags, transferSyntaxes, writePart10Buffer } from '@sansfilm/dicom'
import { memoryIndex } from './memory-index.ts'
import { memoryStorage } from './memory-storage.ts'

const study = '2.25.1'
const serviceRoot = 'https://pacs.example'
const graceMs = 3_600_000
const MiB = 1024 * 1024

let kept: InstanceStorage
let index: InstanceIndex
let archive: Archive
/** Reads that the storage was asked for. */
let reads = 0
beforeEach(() => {
  // The clock alone, which the tests set.
  jest.useFakeTimers({
    doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'setInterval', 'queueMicrotask', 'performance', 'hrtime'],
  })
  kept = memoryStorage()
  index = memoryIndex()
  const storage: InstanceStorage = {
    ...kept,
    readsInRuns: true,
    async get(key, range) {
      reads++
      return kept.get(key, range)
    },
    async read(key, range) {
      reads++
      return kept.read(key, range)
    },
  }
  archive = { storage, index }
})
afterEach(() => {
  jest.useRealTimers()
})

function pass(hours: number): void {
  jest.setSystemTime(Date.now() + hours * graceMs)
}

/** The archive with an index that does something else. */
const withIndex = (changed: Partial<InstanceIndex>): Archive => ({ ...archive, index: { ...index, ...changed } })

interface Made {
  readonly series?: string
  readonly number?: number
  readonly length?: number
  readonly syntax?: TransferSyntax
}

function objectOf(
  instance: string,
  { series = '2.25.2', number = 1, length = 100, syntax = transferSyntaxes.ExplicitVRLittleEndian }: Made = {},
) {
  return writePart10Buffer({
    transferSyntax: syntax,
    dataset: {
      [tags.SOPClassUID]: { vr: 'UI', Value: [sopClasses.SecondaryCaptureImageStorage.uid] },
      [tags.SOPInstanceUID]: { vr: 'UI', Value: [instance] },
      [tags.Modality]: { vr: 'CS', Value: ['OT'] },
      [tags.StudyInstanceUID]: { vr: 'UI', Value: [study] },
      [tags.SeriesInstanceUID]: { vr: 'UI', Value: [series] },
      [tags.InstanceNumber]: { vr: 'IS', Value: [number] },
      [tags.ImageComments]: { vr: 'UT', Value: [`${instance} `.padEnd(length, 'x')] },
    },
  })
}

async function store(bytes: Uint8Array, onConflict: 'refuse' | 'replace' = 'refuse'): Promise<void> {
  async function* body() {
    yield bytes
  }
  jest.setSystemTime(Date.now() + 1)
  const headers = { 'content-type': 'application/dicom' }
  const request = { method: 'POST', url: '/studies', serviceRoot, headers, body: body() }
  expect((await createDicomweb({ storage: kept, index, onConflict }).handle(request)).status).toBe(200)
}

/** Stores a series with one request an instance, in an order that has nothing to do with that of the series. */
async function storeSeries(count: number, made: Made = {}): Promise<void> {
  for (let n = 0; n < count; n++) {
    const number = (n * 7) % count // seven and the counts have no common factor
    await store(objectOf(`${made.series ?? '2.25.2'}.${100 + number}`, { ...made, number }))
  }
}

/** What a client gets of the series. */
async function retrieve(series = '2.25.2', from = archive): Promise<string> {
  const request = { method: 'GET', url: `/studies/${study}/series/${series}`, serviceRoot, body: null }
  const accept = 'multipart/related; type="application/dicom"'
  const { status, body } = await createDicomweb(from).handle({ ...request, headers: { accept } })
  expect(status).toBe(200)
  const chunks: Uint8Array[] = []
  if (body instanceof Uint8Array) chunks.push(body)
  else for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(Buffer.from(chunk))
  const text = Buffer.concat(chunks).toString('latin1')
  return text.replaceAll(text.slice(0, text.indexOf('\r\n', 2)).trim(), '--boundary')
}

async function remove(instance: string): Promise<void> {
  const url = `/studies/${study}/series/2.25.2/instances/${instance}`
  const request = { method: 'DELETE', url, serviceRoot, headers: {}, body: null }
  expect((await createDicomweb({ storage: kept, index }).handle(request)).status).toBe(204)
}

async function keys(): Promise<readonly string[]> {
  const all: string[] = []
  for await (const { key } of kept.list()) all.push(key)
  return all
}

async function rows(from: InstanceIndex = index): Promise<readonly StoredInstance[]> {
  const all: StoredInstance[] = []
  for await (const { cursor: _, ...stored } of from.all()) all.push(stored)
  return all.toSorted((a, b) => (a.instance < b.instance ? -1 : 1))
}

const withoutPlaces = (stored: readonly StoredInstance[]) => stored.map(({ location: _, ...rest }) => rest)
const isWhole = async () => {
  const { missing, different } = await verify({ storage: kept, index })
  return missing + different === 0
}

describe('a series that was stored one a request, in another order', () => {
  test('is one object in its own order then, which two reads bring; a sweep a grace later removes the others', async () => {
    await storeSeries(30)
    const [before, answer] = [await rows(), await retrieve()]
    pass(2)
    expect(await compact(archive, { graceMs })).toMatchObject({ series: 1, moved: 30, packs: 0 })
    expect(withoutPlaces(await rows())).toEqual(withoutPlaces(before))
    reads = 0
    expect(await retrieve()).toBe(answer)
    expect(reads).toBe(2)
    pass(0.5)
    expect(await sweep(archive, { graceMs })).toMatchObject({ removed: 0 })
    expect(await keys()).toHaveLength(31) // for who reads them now
    pass(1)
    expect(await sweep(archive, { graceMs })).toMatchObject({ removed: 30 })
    expect(await keys()).toHaveLength(1)
    expect(await retrieve()).toBe(answer)
    expect(await isWhole()).toBe(true)
  })

  test('comes back from the new objects alone, as it was', async () => {
    await storeSeries(30)
    pass(2)
    await compact(archive, { graceMs })
    pass(2)
    await sweep(archive, { graceMs })
    const anew = memoryIndex()
    await reindex({ storage: kept, index: anew })
    expect(await rows(anew)).toEqual(await rows())
  })

  test('is merged once', async () => {
    await storeSeries(30)
    const nothing = { series: 0, moved: 0 }
    pass(2)
    expect(await compact(archive, { graceMs, dryRun: true })).toMatchObject({ series: 1, moved: 30 })
    expect(await keys()).toHaveLength(30)
    await compact(archive, { graceMs })
    pass(2)
    expect(await compact(archive, { graceMs })).toMatchObject(nothing)
    for (let n = 0; n < 5; n++) await store(objectOf(`2.25.2.${200 + n}`, { number: 200 + n }))
    pass(2)
    expect(await compact(archive, { graceMs })).toMatchObject(nothing) // for five reads, less than a new pack costs
  })

  test('waits while instances come, and where a storage is not read in runs', async () => {
    await storeSeries(30)
    pass(0.5)
    expect(await compact(archive, { graceMs })).toMatchObject({ series: 0 })
    pass(1)
    const files = { ...archive.storage, readsInRuns: false }
    expect(await compact({ storage: files, index }, { graceMs })).toMatchObject({ series: 0 })
  })

  test('keeps large and deflated instances as they are', async () => {
    await storeSeries(30)
    await store(objectOf('2.25.2.300', { number: 10, length: 2 * MiB }))
    await store(objectOf('2.25.2.301', { number: 11, syntax: transferSyntaxes.DeflatedExplicitVRLittleEndian }))
    const [before, answer] = [await rows(), await retrieve()]
    pass(2)
    expect(await compact(archive, { graceMs })).toMatchObject({ series: 1, moved: 30 })
    expect((await rows()).slice(30)).toEqual(before.slice(30))
    expect(await retrieve()).toBe(answer)
  })

  test('takes several packs where it is large, each of which ends before it holds twice as much', async () => {
    await storeSeries(150, { length: MiB - 4096 })
    pass(2)
    await compact(archive, { graceMs })
    pass(2)
    await sweep(archive, { graceMs })
    expect(await keys()).toHaveLength(2)
    expect(await isWhole()).toBe(true)
  }, 60_000)
})

describe('what happens meanwhile', () => {
  test('a failure at any step loses nothing, and the next runs end it', async () => {
    await storeSeries(20)
    const answer = await retrieve()
    pass(2)
    const fail = async () => {
      throw new Error('the power fails')
    }
    const relocating = (count: number): Partial<InstanceIndex> => {
      let left = count
      return { relocate: async (...given) => (left-- > 0 ? index.relocate(...given) : fail()) }
    }
    const noting: Partial<InstanceIndex> = { setFact: fail }
    for (const changed of [noting, relocating(0), relocating(7)]) {
      await expect(compact(withIndex(changed), { graceMs })).rejects.toThrow('the power fails')
      expect(await retrieve()).toBe(answer)
      expect(await isWhole()).toBe(true)
    }
    const broken = { ...archive.storage, put: fail }
    await expect(compact({ storage: broken, index }, { graceMs })).rejects.toThrow('the power fails')
    for (let again = 0; again < 3; again++) {
      await compact(archive, { graceMs })
      pass(2)
      await sweep(archive, { graceMs })
      expect(await retrieve()).toBe(answer)
    }
    expect((await keys()).filter((key) => key.endsWith('.pack'))).toHaveLength(1)
    expect((await keys()).some((key) => !key.includes('.pack'))).toBe(false)
    const anew = memoryIndex()
    await reindex({ storage: kept, index: anew })
    expect(await rows(anew)).toEqual(await rows())
  })

  test('what is deleted or replaced while its row is to move stays deleted, or replaced', async () => {
    await storeSeries(20)
    const changing: Partial<InstanceIndex> = {
      relocate: async (stored, location) => {
        if (stored.instance === '2.25.2.103') await remove('2.25.2.103')
        if (stored.instance === '2.25.2.104') await store(objectOf('2.25.2.104', { number: 4, length: 500 }), 'replace')
        return index.relocate(stored, location)
      },
    }
    pass(2)
    expect(await compact(withIndex(changing), { graceMs })).toMatchObject({ moved: 18 })
    pass(2)
    await sweep(archive, { graceMs })
    expect(await isWhole()).toBe(true)
    const anew = memoryIndex()
    await reindex({ storage: kept, index: anew })
    expect(withoutPlaces(await rows(anew)).map(({ digest }) => digest)).toEqual(
      (await rows()).map(({ digest }) => digest),
    )
    expect((await rows(anew)).map(({ instance }) => instance)).not.toContain('2.25.2.103')
  })

  test('who has looked up a series before reads it to its end', async () => {
    await storeSeries(20)
    const answer = await retrieve()
    pass(2)
    const during: Partial<InstanceIndex> = {
      async *instances(scope) {
        const before: StoredInstance[] = []
        for await (const stored of index.instances(scope)) before.push(stored)
        expect(await compact(archive, { graceMs })).toMatchObject({ moved: 20 })
        pass(0.5)
        await sweep(archive, { graceMs })
        yield* before
      },
    }
    expect(await retrieve('2.25.2', withIndex(during))).toBe(answer)
  })

  test('an instance whose bytes are damaged, or gone, stays where it is and the others move', async () => {
    await storeSeries(20)
    const [damaged, gone] = await rows()
    async function* other() {
      yield Buffer.alloc(damaged?.location.length ?? 0)
    }
    await kept.put(damaged?.location.key ?? '', other())
    await kept.delete(gone?.location.key ?? '')
    pass(2)
    expect(await compact(archive, { graceMs })).toMatchObject({ series: 1, moved: 18 })
    expect((await rows()).slice(0, 2)).toEqual([damaged, gone])
    expect(await verify({ storage: kept, index })).toMatchObject({ different: 1, missing: 1 })
  })
})

describe('with `new`', () => {
  const run = (maxMergedBytes?: number) => compact(archive, { graceMs, series: 'new', maxMergedBytes })

  test('the bytes of a run are bounded, and the next goes on when a sweep has removed what was left', async () => {
    for (const series of ['2.25.2', '2.25.3', '2.25.4']) await storeSeries(20, { series })
    pass(2)
    expect(await run(1)).toMatchObject({ series: 1, moved: 20 })
    pass(0.5)
    await sweep(archive, { graceMs })
    expect(await run(1)).toMatchObject({ series: 0 })
    pass(1)
    await sweep(archive, { graceMs })
    expect(await run()).toMatchObject({ series: 2, moved: 40 })
  })

  test('series are looked at when something has come to them, and when it has had time to', async () => {
    await storeSeries(20)
    pass(0.5)
    expect(await run()).toMatchObject({ series: 0 })
    pass(1)
    expect(await run()).toMatchObject({ series: 1 })
    pass(2)
    await sweep(archive, { graceMs })
    await storeSeries(3, { series: '2.25.9' })
    pass(2)
    const asked = new Set<string | undefined>()
    const asking: Partial<InstanceIndex> = {
      async *instances(scope) {
        asked.add(scope.series)
        yield* index.instances(scope)
      },
    }
    await compact(withIndex(asking), { graceMs, series: 'new' })
    expect([...asked]).toEqual(['2.25.9'])
  })
})
