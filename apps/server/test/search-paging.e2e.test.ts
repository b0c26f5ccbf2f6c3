import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { tags } from '@sansfilm/dicom'
import { search, storeValues, valuesIn } from './support/search-archive.ts'
import { startTestArchive, type TestArchive } from './support/test-archive.ts'

const patient = 'PAGED'
const count = 40

let archive: TestArchive

const day = (number: number): string =>
  `2024${String(1 + Math.floor(number / 28)).padStart(2, '0')}${String(1 + (number % 28)).padStart(2, '0')}`

async function storeStudy(uid: string, date: string): Promise<void> {
  await storeValues(archive, {
    StudyInstanceUID: uid,
    SeriesInstanceUID: `${uid}.1`,
    SOPInstanceUID: `${uid}.1.1`,
    PatientID: patient,
    StudyDate: date,
    Modality: 'OT',
  })
}

/** Newest first, as an archive lists them. */
const known = Array.from({ length: count }, (_, number) => `2.25.200.${count - 1 - number}`)

beforeAll(async () => {
  archive = await startTestArchive()
  for (let number = 0; number < count; number++) await storeStudy(`2.25.200.${number}`, day(number))
  // One study of many series and instances, stored in no order.
  for (const [series, instance] of [
    [2, 10],
    [1, 2],
    [1, 1],
    [2, 9],
    [10, 1],
    [1, 10],
  ] as const) {
    await storeValues(archive, {
      StudyInstanceUID: '2.25.300',
      SeriesInstanceUID: `2.25.300.${series}`,
      SOPInstanceUID: `2.25.300.${series}.${instance}`,
      SeriesNumber: series,
      InstanceNumber: instance,
      StudyDate: '20200101',
      Modality: 'OT',
    })
  }
}, 180_000)

afterAll(async () => {
  await archive.close()
})

const studyUids = async (query: string) =>
  valuesIn((await search(archive, `/studies?${query}`)).found, tags.StudyInstanceUID)
const nextOf = ({ headers }: { readonly headers: Headers }) =>
  /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1]

describe('PS3.18 §8.3.4.4: limit and offset', () => {
  test('cut exactly, in an order that stays', async () => {
    expect(await studyUids(`PatientID=${patient}`)).toEqual(known)
    for (const [offset, limit] of [
      [0, 1],
      [0, 40],
      [7, 11],
      [39, 5],
      [40, 5],
      [33, 100],
    ] as const) {
      expect(await studyUids(`PatientID=${patient}&offset=${offset}&limit=${limit}`)).toEqual(
        known.slice(offset, offset + limit),
      )
    }
    expect(await studyUids(`PatientID=${patient}&offset=35`)).toEqual(known.slice(35))
  })

  test('page until a page is empty, as clients in Python do', async () => {
    const found: unknown[] = []
    for (let offset = 0; ; ) {
      const page = await studyUids(`PatientID=${patient}&limit=9&offset=${offset}`)
      if (page.length === 0) break
      found.push(...page)
      offset += page.length
    }
    expect(found).toEqual(known)
  })

  test('order series and instances by their numbers', async () => {
    const { found } = await search(archive, '/studies/2.25.300/instances')
    expect(valuesIn(found, tags.SOPInstanceUID)).toEqual(
      ['1.1', '1.2', '1.10', '2.9', '2.10', '10.1'].map((end) => `2.25.300.${end}`),
    )
    const middle = await search(archive, '/studies/2.25.300/series/2.25.300.1/instances?limit=1&offset=1')
    expect(valuesIn(middle.found, tags.SOPInstanceUID)).toEqual(['2.25.300.1.2'])
    expect(valuesIn((await search(archive, '/studies/2.25.300/series')).found, tags.SeriesNumber)).toEqual([
      '1',
      '2',
      '10',
    ])
  })
})

describe('the next link', () => {
  test.each(['/studies', '/series', '/instances'])('goes through all of %s', async (path) => {
    const whole = (await search(archive, path)).found
    const paged = []
    for (let url: string | undefined = `${path}?limit=7`; url !== undefined; ) {
      const page = await search(archive, url)
      expect(page.found.length).toBeLessThanOrEqual(7)
      paged.push(...page.found)
      url = nextOf(page)
    }
    expect(paged).toEqual(whole)
  })

  test('neither skips nor repeats while studies come and go', async () => {
    const seen: (string | undefined)[] = []
    let arrived = 0
    for (let url: string | undefined = `/studies?PatientID=${patient}&limit=4`; url !== undefined; ) {
      const page = await search(archive, url)
      seen.push(...valuesIn(page.found, tags.StudyInstanceUID))
      url = nextOf(page)
      // Newer than all, older than all, and in between; and one goes that was seen.
      await storeStudy(`2.25.201.${++arrived}`, '20251231')
      await storeStudy(`2.25.202.${arrived}`, '19990101')
      await storeStudy(`2.25.203.${arrived}`, day(arrived))
      if (arrived === 3) await fetch(`${archive.root}/studies/${seen.at(-1)}`, { method: 'DELETE' })
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.filter((uid) => known.includes(uid ?? ''))).toEqual(known)
    expect(seen.filter((uid) => uid?.startsWith('2.25.201.'))).toEqual([])
    expect(seen.some((uid) => uid?.startsWith('2.25.202.'))).toBe(true)
  }, 30_000)

  test('keeps the other parameters, and starts from where the offset led', async () => {
    const page = await search(archive, '/instances?StudyInstanceUID=2.25.300&includefield=Rows&limit=2&offset=1')
    const next = new URL(nextOf(page) ?? '')
    expect(next.href.startsWith(`${archive.root}/instances?`)).toBe(true)
    expect(Object.fromEntries(next.searchParams)).toEqual({
      StudyInstanceUID: '2.25.300',
      includefield: 'Rows',
      limit: '2',
      after: expect.stringMatching(/^[\w-]+$/),
    })
    expect(valuesIn((await search(archive, next.href)).found, tags.SOPInstanceUID)).toEqual([
      '2.25.300.2.9',
      '2.25.300.2.10',
    ])
  })
})

describe('no hidden cut', () => {
  test('a study of many instances comes whole, and a long page in a stream', async () => {
    const many = 1_200
    const uid = '2.25.400'
    const numbers = Array.from({ length: many }, (_, number) => number + 1)
    const store = (number: number) =>
      storeValues(archive, {
        StudyInstanceUID: uid,
        SeriesInstanceUID: `${uid}.1`,
        SOPInstanceUID: `${uid}.1.${number}`,
        InstanceNumber: number,
        Modality: 'OT',
      })
    for (let from = 0; from < many; from += 50) await Promise.all(numbers.slice(from, from + 50).map(store))
    const whole = await search(archive, `/studies/${uid}/instances`)
    expect(valuesIn(whole.found, tags.InstanceNumber)).toEqual(numbers.map(String))
    const part = await search(archive, `/studies/${uid}/instances?limit=1100&offset=50`)
    expect(valuesIn(part.found, tags.InstanceNumber)).toEqual(numbers.slice(50, 1150).map(String))
    expect(part.headers.get('content-length')).toBeNull()
    expect(part.headers.get('content-encoding')).toBe('gzip')
    expect(part.headers.get('warning')).toContain('There are 50 additional results')
  }, 180_000)
})
