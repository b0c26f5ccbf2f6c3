import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { type Dataset, tags } from '@sansfilm/dicom'
import { retrieveMetadata } from './index.ts'
import { createTestArchive, partsOf, type TestInstance } from './testing/test-archive.ts'

const bytes = Buffer.from('not read')

function withComment(i: number, length: number): TestInstance {
  const dataset: Dataset = {
    [tags.ImageComments]: { vr: 'LT', Value: [`${i}`.padEnd(length, 'é')] },
    [tags.PixelData]: { vr: 'OW', BulkDataURI: '7FE00010' },
  }
  return { instance: `1.9.${i}`, bytes: Buffer.concat([bytes, Buffer.from(String(i))]), dataset }
}

describe('metadata', () => {
  it('is one JSON array with URLs that work, from prepared metadata alone', async () => {
    const archive = await createTestArchive([withComment(1, 5), withComment(2, 5)])
    const answer = await archive.retrieve(retrieveMetadata, { series: '1.3' })
    expect(answer.headers).toMatchObject({
      'content-type': 'application/dicom+json',
      'content-length': `${answer.body.length}`,
    })
    const documents: Dataset[] = JSON.parse(answer.body.toString())
    expect(documents.map((each) => each[tags.PixelData]?.BulkDataURI)).toEqual(
      [1, 2].map((i) => `http://pacs/dicom-web/studies/1.2/series/1.3/instances/1.9.${i}/bulkdata/7FE00010`),
    )
    expect(archive.calls).toEqual(['state', 'metadata'])
  })

  it('is made once for all who ask, and again for another state or form', async () => {
    const archive = await createTestArchive([withComment(1, 5)])
    const ask = (headers = {}) => archive.retrieve(retrieveMetadata, {}, headers)
    await Promise.all([ask(), ask(), ask()])
    await ask()
    expect(archive.calls.filter((call) => call === 'metadata')).toHaveLength(1)
    await ask({ 'accept-encoding': 'gzip' })
    expect(archive.calls.filter((call) => call === 'metadata')).toHaveLength(2)
  })

  it('is gzipped for clients that take it, under a tag of its own', async () => {
    const archive = await createTestArchive([withComment(1, 5000)])
    const plain = await archive.retrieve(retrieveMetadata, {})
    const gzip = await archive.retrieve(retrieveMetadata, {}, { 'accept-encoding': 'gzip, br' })
    expect(gunzipSync(gzip.body)).toEqual(plain.body)
    expect(gzip.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' })
    expect(gzip.headers.etag).not.toBe(plain.headers.etag)
  })

  it('is not touched for a client that has it', async () => {
    const archive = await createTestArchive([withComment(1, 5)])
    const { headers } = await archive.retrieve(retrieveMetadata, {})
    archive.calls.length = 0
    const again = await archive.retrieve(retrieveMetadata, {}, { 'if-none-match': headers.etag ?? '' })
    expect(again.status).toBe(304)
    expect(archive.calls).toEqual(['state'])
  })

  it.each([{}, { 'accept-encoding': 'gzip' }])('is streamed where it is too long to keep: %j', async (headers) => {
    const archive = await createTestArchive(manyLong())
    const answer = await archive.retrieve(retrieveMetadata, {}, headers)
    expect(answer.streamed).toBe(true)
    const text = 'accept-encoding' in headers ? gunzipSync(answer.body) : answer.body
    expect(JSON.parse(text.toString())).toHaveLength(40)
  })

  it.each([{}, { 'accept-encoding': 'gzip' }])('has the same header fields for HEAD: %j', async (headers) => {
    const short = Array.from({ length: 3 }, (_, i) => withComment(i, 2000))
    for (const instances of [short, manyLong()]) {
      const archive = await createTestArchive(instances)
      const head = await archive.retrieve(retrieveMetadata, {}, headers, 'HEAD')
      const whole = await archive.retrieve(retrieveMetadata, {}, headers)
      expect([head.headers, head.body.length]).toEqual([whole.headers, 0])
    }
  })

  it('is the Native DICOM Model, one part an instance', async () => {
    const archive = await createTestArchive([withComment(1, 5), withComment(2, 5)])
    const answer = await archive.retrieve(
      retrieveMetadata,
      {},
      { accept: 'multipart/related; type="application/dicom+xml"' },
    )
    const parts = partsOf(answer)
    expect(parts).toHaveLength(2)
    expect(parts[0]?.head).toContain('Content-Type: application/dicom+xml\r\n')
    expect(parts[0]?.bytes.toString()).toContain('/instances/1.9.1/bulkdata/7FE00010')
    const single = await archive.retrieve(
      retrieveMetadata,
      { series: '1.3', instance: '1.9.1' },
      { accept: 'application/dicom+xml' },
    )
    expect(single.headers['content-type']).toBe('application/dicom+xml')
    expect(single.body).toEqual(parts[0]?.bytes)
  })

  it('does not exist where nothing is stored, and is refused in other forms', async () => {
    const archive = await createTestArchive([withComment(1, 5)])
    await expect(archive.retrieve(retrieveMetadata, { study: '9' })).rejects.toMatchObject({ code: 'not-found' })
    await expect(archive.retrieve(retrieveMetadata, {}, { accept: 'text/csv' })).rejects.toMatchObject({
      code: 'not-acceptable',
    })
  })
})

/** Metadata too long to keep: random-looking text, or gzip would make it short enough again. */
function manyLong(): TestInstance[] {
  return Array.from({ length: 40 }, (_, i) => ({
    ...withComment(i, 10),
    dataset: { [tags.ImageComments]: { vr: 'LT', Value: [noise(i, 20_000)] } },
  }))
}

/** Text that does not compress well, always the same. */
function noise(seed: number, length: number): string {
  return Array.from({ length: length / 64 }, (_, i) => createHash('sha256').update(`${seed} ${i}`).digest('hex')).join(
    '',
  )
}
