import { afterEach, describe, expect, it } from '@jest/globals'
import type { DicomwebEvent } from '@sansfilm/core'
import { type Dataset, numberOf, tags, valuesOf } from '@sansfilm/dicom'
import { instancesLeft } from './support/instances-left.ts'
import { dicomParts, postParts } from './support/multipart-body.ts'
import { startTestArchive, type TestArchive } from './support/test-archive.ts'
import { tinyInstance } from './support/tiny-instance.ts'

/* Deletion over real HTTP. PS3.18 has no such transaction: the method is RFC 9110's. */

let archive: TestArchive

async function start(options: Parameters<typeof startTestArchive>[0] = {}): Promise<void> {
  archive = await startTestArchive(options)
}

/** Two studies; the first has two series, of two instances and one. */
async function fill(): Promise<void> {
  const objects = [
    ['2.25.1', '2.25.11', '2.25.111'],
    ['2.25.1', '2.25.11', '2.25.112'],
    ['2.25.1', '2.25.12', '2.25.121'],
    ['2.25.2', '2.25.21', '2.25.211'],
  ].map(([study = '', series = '', instance = '']) => tinyInstance({ study, series, instance }))
  expect((await postParts(archive, dicomParts(...objects))).status).toBe(200)
}

afterEach(async () => {
  await archive.close()
})

const remove = (path: string) => fetch(archive.root + path, { method: 'DELETE' })
const statusOf = async (path: string) => (await fetch(archive.root + path)).status

async function search(path: string): Promise<readonly Dataset[]> {
  const response = await fetch(archive.root + path)
  return response.status === 204 ? [] : ((await response.json()) as Dataset[])
}

describe('DELETE', () => {
  // biome-ignore format: a table, one row a line
  it.each([
    ['an instance', '/studies/2.25.1/series/2.25.11/instances/2.25.111', 3, [2, 2]],
    ['the last instance of a series', '/studies/2.25.1/series/2.25.12/instances/2.25.121', 3, [1, 2]],
    ['a series', '/studies/2.25.1/series/2.25.11', 2, [1, 1]],
    ['a study', '/studies/2.25.1', 1, undefined],
  ] as const)('%s: 204, then 404; counts follow, and nothing brings it back', async (_, path, left, counts) => {
    await start()
    await fill()
    const metadata = `/studies/2.25.1/metadata`
    const before = await fetch(archive.root + metadata)
    const response = await remove(path)
    expect([response.status, await response.text()]).toEqual([204, ''])
    for (const below of ['', '/metadata', '/bulkdata', '/pixeldata']) expect(await statusOf(path + below)).toBe(404)
    expect((await remove(path)).status).toBe(404)
    const [study = {}] = await search('/studies?StudyInstanceUID=2.25.1')
    expect([tags.NumberOfStudyRelatedSeries, tags.NumberOfStudyRelatedInstances].map((tag) => numberOf(study, tag))).toEqual(
      counts ?? [undefined, undefined],
    )
    expect(valuesOf(study, tags.ModalitiesInStudy)).toEqual(counts === undefined ? [] : ['OT'])
    expect(await instancesLeft(archive.dicomweb.backend.storage)).toBe(left)
    const after = await fetch(archive.root + metadata, { headers: { 'if-none-match': before.headers.get('etag') ?? '' } })
    expect(after.status).toBe(counts === undefined ? 404 : 200)
    expect(await statusOf('/studies/2.25.2/metadata')).toBe(200)
  })

  it('lets the same instance be stored again, also with other bytes', async () => {
    await start()
    const instance = '2.25.111'
    await postParts(archive, dicomParts(tinyInstance({ instance, description: 'before' })))
    await remove('/studies/2.25.1')
    const response = await postParts(archive, dicomParts(tinyInstance({ instance, description: 'after' })))
    expect([response.status, response.headers.get('warning')]).toEqual([200, null])
    expect(await instancesLeft(archive.dicomweb.backend.storage)).toBe(1)
  })

  it.each([
    ['/studies/2.25.404', 404],
    ['/studies/2.25.1/series/2.25.21', 404],
    ['/studies', 405],
    ['/studies/2.25.1/metadata', 405],
    ['/studies/2.25.1/series/2.25.11/instances/2.25.111/frames/1', 405],
  ])('%s: %d, and nothing goes', async (path, status) => {
    await start()
    await fill()
    const response = await remove(path)
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/problem+json'])
    if (status === 405) expect(response.headers.get('allow')).not.toContain('DELETE')
    expect(await instancesLeft(archive.dicomweb.backend.storage)).toBe(4)
  })

  it('tells listeners, and asks the authorize hook first', async () => {
    const events: DicomwebEvent[] = []
    await start({
      authorize: ({ transaction, series }) => transaction !== 'delete' || series !== '2.25.12',
      listeners: [(event) => events.push(event)],
    })
    await fill()
    events.length = 0
    expect((await remove('/studies/2.25.1/series/2.25.12')).status).toBe(403)
    expect((await remove('/studies/2.25.1/series/2.25.11')).status).toBe(204)
    expect(events).toMatchObject([
      { type: 'denied', transaction: 'delete', target: { study: '2.25.1', series: '2.25.12' } },
      { type: 'deleted', instances: 2, target: { study: '2.25.1', series: '2.25.11' } },
    ])
    expect(await instancesLeft(archive.dicomweb.backend.storage)).toBe(2)
  })
})

describe('switched off', () => {
  it.each([
    ['allowDelete: false', { allowDelete: false }, 'DELETE', /Deletion is switched off/],
    ['readOnly', { readOnly: true }, 'DELETE', /read-only/],
    ['readOnly', { readOnly: true }, 'POST', /read-only/],
  ] as const)('%s: %s', async (_, options, method, reason) => {
    await start(options)
    const response = await fetch(`${archive.root}/studies/2.25.1`, {
      method,
      headers: { 'content-type': 'application/dicom' },
      body: method === 'POST' ? new Uint8Array(tinyInstance()) : null,
    })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).not.toContain(method)
    expect(((await response.json()) as { detail: string }).detail).toMatch(reason)
    const capabilities = await fetch(`${archive.root}/studies/2.25.1`, { method: 'OPTIONS' })
    expect(await capabilities.text()).not.toContain(`name="${method}"`)
    expect(await instancesLeft(archive.dicomweb.backend.storage)).toBe(0)
  })
})
