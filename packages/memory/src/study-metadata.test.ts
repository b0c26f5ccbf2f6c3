import { beforeAll, describe, expect, test } from '@jest/globals'
import { createDicomweb, type DicomwebResponse } from '@sansfilm/core'
import type { InstanceIndex } from '@sansfilm/core/adapters'
import { sopClasses, tags, transferSyntaxes, writePart10Buffer } from '@sansfilm/dicom'
import { memoryIndex } from './memory-index.ts'
import { memoryStorage } from './memory-storage.ts'

/* Metadata of a study with so many instances that it is put together from that of its series. */

const study = '2.25.1'
/** Instances of each series. */
const sizes = [700, 1, 400]
const seriesUid = (n: number): string => `2.25.2.${n}`

const index = memoryIndex()
const storage = memoryStorage()
const reads: string[] = []
const watched: InstanceIndex = {
  ...index,
  metadata: (scope) => {
    reads.push(scope.series ?? 'study')
    return index.metadata(scope)
  },
}
const dicomweb = createDicomweb({ index: watched, storage })

function objectOf(series: number, n: number): Buffer {
  return writePart10Buffer({
    transferSyntax: transferSyntaxes.ExplicitVRLittleEndian,
    dataset: {
      [tags.SOPClassUID]: { vr: 'UI', Value: [sopClasses.SecondaryCaptureImageStorage.uid] },
      [tags.SOPInstanceUID]: { vr: 'UI', Value: [`2.25.3.${series}.${n}`] },
      [tags.StudyInstanceUID]: { vr: 'UI', Value: [study] },
      [tags.SeriesInstanceUID]: { vr: 'UI', Value: [seriesUid(series)] },
      [tags.SeriesNumber]: { vr: 'IS', Value: [series + 1] },
      [tags.InstanceNumber]: { vr: 'IS', Value: [n + 1] },
    },
  })
}

async function ask(method: string, path: string, headers: Record<string, string> = {}): Promise<DicomwebResponse> {
  const request = { method, url: `/studies/${study}${path}`, serviceRoot: 'https://pacs.example', headers, body: null }
  return dicomweb.handle(request)
}

async function instancesOf({ status, body }: DicomwebResponse): Promise<readonly string[]> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body instanceof Uint8Array ? [body] : (body ?? [])) chunks.push(chunk)
  expect(status).toBe(200)
  const datasets = JSON.parse(Buffer.concat(chunks).toString()) as readonly Record<string, { Value: [string] }>[]
  return datasets.map((dataset) => dataset[tags.SOPInstanceUID]?.Value[0] ?? '')
}

beforeAll(async () => {
  const objects = sizes.flatMap((size, series) => Array.from({ length: size }, (_, n) => objectOf(series, n)))
  const parts = objects.flatMap((each) => ['--b\r\nContent-Type: application/dicom\r\n\r\n', each, '\r\n'])
  async function* body() {
    for (const piece of [...parts, '--b--\r\n']) yield Buffer.from(piece as string) // copies bytes as well
  }
  const headers = { 'content-type': 'multipart/related; type="application/dicom"; boundary=b' }
  const request = { method: 'POST', url: '/studies', serviceRoot: 'https://pacs.example', headers, body: body() }
  expect((await dicomweb.handle(request)).status).toBe(200)
})

describe('metadata of a large study', () => {
  test('is that of its series, one after the other', async () => {
    const all = sizes.flatMap((size, series) => Array.from({ length: size }, (_, n) => `2.25.3.${series}.${n}`))
    expect(await instancesOf(await ask('GET', '/metadata'))).toEqual(all)
  })

  test('is made once: of a series when the series or the study is first asked for', async () => {
    reads.length = 0
    await instancesOf(await ask('GET', '/metadata'))
    await instancesOf(await ask('GET', `/series/${seriesUid(0)}/metadata`))
    expect(reads).toEqual([])
  })

  test('follows what is deleted: only its series is read again', async () => {
    reads.length = 0
    expect((await ask('DELETE', `/series/${seriesUid(1)}/instances/2.25.3.1.0`)).status).toBe(204)
    expect(await instancesOf(await ask('GET', '/metadata'))).toHaveLength(1100)
    expect((await ask('DELETE', `/series/${seriesUid(2)}/instances/2.25.3.2.0`)).status).toBe(204)
    expect(await instancesOf(await ask('GET', '/metadata'))).toHaveLength(1099)
    expect(reads).toEqual([seriesUid(2)])
  })

  test('has the same header fields for HEAD, and is not sent to who has it', async () => {
    const whole = await ask('GET', '/metadata')
    const own = { 'x-request-id': expect.any(String) }
    expect((await ask('HEAD', '/metadata')).headers).toEqual({ ...whole.headers, ...own })
    expect((await ask('GET', '/metadata', { 'if-none-match': whole.headers.etag ?? '' })).status).toBe(304)
  })

  test('that cannot be begun has a status that says so', async () => {
    const failing = { ...index, search: () => Promise.reject(new Error('lost')) }
    const request = {
      method: 'GET',
      url: `/studies/${study}/metadata`,
      serviceRoot: 'https://pacs.example',
      headers: {},
      body: null,
    }
    expect((await createDicomweb({ index: failing, storage }).handle(request)).status).toBe(500)
  })
})
