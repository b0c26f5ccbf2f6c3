import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Dataset, tags } from '@sansfilm/dicom'
import { dicomParts, postParts } from './support/multipart-body.ts'
import { startTestArchive, type TestArchive } from './support/test-archive.ts'
import { tinyInstance } from './support/tiny-instance.ts'

/* The results of searches within a study are kept: what is kept must never be told once it is no longer so. */

const study = '/studies/2.25.1'
let archive: TestArchive

beforeAll(async () => {
  archive = await startTestArchive()
  await store('2.25.11', '2.25.12')
})
afterAll(() => archive.close())

async function store(...instances: readonly string[]): Promise<void> {
  const objects = instances.map((instance) => tinyInstance({ instance }))
  expect((await postParts(archive, dicomParts(...objects))).status).toBe(200)
}

async function search(path: string, headers: Record<string, string> = {}): Promise<readonly Dataset[]> {
  const { serviceRoot = archive.root, ...more } = headers
  const answer = await archive.dicomweb.handle({
    method: 'GET',
    url: path,
    serviceRoot,
    headers: { accept: 'application/dicom+json', ...more },
    body: null,
  })
  if (answer.status === 204) return []
  const chunks: Uint8Array[] = []
  if (answer.body instanceof Uint8Array) chunks.push(answer.body)
  else for await (const chunk of answer.body ?? []) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  return JSON.parse(String(answer.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes)) as Dataset[] // of this media type
}

const uidsOf = (results: readonly Dataset[]) => results.map((each) => each[tags.SOPInstanceUID]?.Value?.[0])

test('results are the same however often and in which coding they are asked for', async () => {
  const first = await search(`${study}/instances`)
  expect(uidsOf(first)).toEqual(['2.25.11', '2.25.12'])
  for (const coding of ['identity', 'gzip', 'gzip', 'identity'])
    expect(await search(`${study}/instances`, { 'accept-encoding': coding })).toEqual(first)
})

test('each query, and each root of the service, has results of its own', async () => {
  await search(`${study}/instances`)
  expect(uidsOf(await search(`${study}/instances?SOPInstanceUID=2.25.12`))).toEqual(['2.25.12'])
  expect(await search(`${study}/instances?SOPInstanceUID=2.25.99`)).toEqual([])
  const other = await search(`${study}/instances`, { serviceRoot: 'https://pacs.example/dicom-web' })
  expect(other[0]?.[tags.RetrieveURL]?.Value?.[0]).toMatch(/^https:\/\/pacs\.example\/dicom-web\/studies\//)
})

test('what is stored, kept beside, or deleted shows at once', async () => {
  const counted = async () => (await search(`${study}/series`))[0]?.[tags.NumberOfSeriesRelatedInstances]?.Value
  expect(await counted()).toEqual([2])
  await store('2.25.13')
  expect(await counted()).toEqual([3])
  expect(uidsOf(await search(`${study}/instances`))).toEqual(['2.25.11', '2.25.12', '2.25.13'])

  const { index } = archive.dicomweb.backend
  for await (const stored of index.instances({ partition: 'default', study: '2.25.1' })) {
    const attributes = { study: {}, series: {}, instance: { [tags.Rows]: { vr: 'US', Value: [7] } } } as const
    if (stored.instance === '2.25.11') await index.setAttributes(stored, attributes)
  }
  const rows = (await search(`${study}/instances`)).map((each) => each[tags.Rows]?.Value)
  expect(rows).toEqual([[7], undefined, undefined])

  await fetch(`${archive.root}${study}/series/2.25.2/instances/2.25.12`, { method: 'DELETE' })
  expect(uidsOf(await search(`${study}/instances`)).sort()).toEqual(['2.25.11', '2.25.13'])
  await fetch(`${archive.root}${study}`, { method: 'DELETE' })
  expect(await search(`${study}/instances`)).toEqual([])
})
