import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { retrieveInstances } from './index.ts'
import { createTestArchive, partsOf, type TestInstance } from './testing/test-archive.ts'

const one = { series: '1.3', instance: '1.9' }
const dicom = 'multipart/related; type="application/dicom"'
const stored: TestInstance = { instance: '1.9', bytes: randomBytes(5000) }

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64')
}

describe('one instance', () => {
  it('comes as a single part with everything that lets a client check and resume it', async () => {
    const archive = await createTestArchive([stored])
    const answer = await archive.retrieve(retrieveInstances, one, { accept: 'application/dicom' })
    expect(answer.body).toEqual(stored.bytes)
    expect(answer.headers).toMatchObject({
      'content-type': 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1',
      'content-length': '5000',
      'repr-digest': `sha-256=:${sha256(stored.bytes)}:`,
      'last-modified': 'Mon, 06 May 2024 07:08:09 GMT',
      'accept-ranges': 'bytes',
    })
    const part = await archive.retrieve(retrieveInstances, one, { accept: 'application/dicom', range: 'bytes=10-19' })
    expect(part.status).toBe(206)
    expect(part.body).toEqual(stored.bytes.subarray(10, 20))
    expect(part.headers['content-range']).toBe('bytes 10-19/5000')
  })

  it('comes as multipart where the client does not care, and can be ranged there too', async () => {
    const archive = await createTestArchive([stored])
    const whole = await archive.retrieve(retrieveInstances, one)
    expect(whole.headers['content-type']).toMatch(/^multipart\/related; type="application\/dicom"; boundary="/)
    expect(partsOf(whole)[0]?.bytes).toEqual(stored.bytes)
    const tail = await archive.retrieve(retrieveInstances, one, { range: 'bytes=-100' })
    expect(tail.body).toEqual(whole.body.subarray(-100))
  })

  it('comes as it is stored for any transfer syntax, and for none where only a codec could convert it', async () => {
    const archive = await createTestArchive([{ ...stored, syntax: 'JPEG2000Lossless' }])
    for (const accept of [`${dicom}; transfer-syntax=*`, dicom]) {
      const answer = await archive.retrieve(retrieveInstances, one, { accept })
      expect(partsOf(answer)[0]?.bytes).toEqual(stored.bytes)
      expect(partsOf(answer)[0]?.head).toContain('application/dicom; transfer-syntax=1.2.840.10008.1.2.4.90')
    }
  })

  it('is refused in a transfer syntax that cannot be made', async () => {
    const archive = await createTestArchive([{ ...stored, syntax: 'JPEG2000Lossless' }])
    const accept = `${dicom}; transfer-syntax=1.2.840.10008.1.2.1`
    await expect(archive.retrieve(retrieveInstances, one, { accept })).rejects.toMatchObject({
      code: 'not-acceptable',
      members: { accept: `Accept: ${accept}`, stored: ['1.2.840.10008.1.2.4.90'] },
    })
  })

  it('does not exist where nothing is stored', async () => {
    const archive = await createTestArchive([stored])
    await expect(archive.retrieve(retrieveInstances, { study: '9' })).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('many instances', () => {
  const many: TestInstance[] = [1, 2, 3].map((i) => ({ instance: `1.9.${i}`, bytes: randomBytes(1000 * i) }))

  it('come part by part, with the length told', async () => {
    const archive = await createTestArchive(many)
    const answer = await archive.retrieve(retrieveInstances, {}, { accept: `${dicom}; transfer-syntax=*` })
    expect(answer.headers['content-length']).toBe(String(answer.body.length))
    expect(partsOf(answer).map(({ bytes }) => bytes)).toEqual(many.map(({ bytes }) => bytes))
    expect(partsOf(answer)[2]?.head).toContain(
      'Content-Location: http://pacs/dicom-web/studies/1.2/series/1.3/instances/1.9.3',
    )
  })

  const thousands = Array.from({ length: 5000 }, (_, i) => ({ instance: `1.9.${i}`, bytes: Buffer.from([i % 256]) }))

  it('have a length and ranges where they are too many to hold', async () => {
    const archive = await createTestArchive(thousands)
    const whole = await archive.retrieve(retrieveInstances, {}, { accept: `${dicom}; transfer-syntax=*` })
    expect(whole.headers['content-length']).toBe(String(whole.body.length))
    expect(whole.headers.etag).toMatch(/^"/)
    expect(partsOf(whole).map(({ bytes }) => bytes[0])).toEqual(thousands.map(({ bytes }) => bytes[0]))
    const before = archive.calls.length
    const tail = await archive.retrieve(
      retrieveInstances,
      {},
      { accept: `${dicom}; transfer-syntax=*`, range: 'bytes=-100' },
    )
    expect(tail.body).toEqual(whole.body.subarray(-100))
    expect(archive.calls.slice(before)).toEqual(['instances', 'instances', 'read'])
  })

  it.each([
    ['measured', 2],
    ['read', 3],
  ])('break off where the rows are not what they were when they are %s', async (when, nth) => {
    const archive = await createTestArchive(thousands.map((each) => ({ ...each, bytes: Buffer.from(when) })))
    archive.replaceAt('instances', nth, { instance: '1.9.4000', bytes: Buffer.from('other') })
    const answer = archive.retrieve(retrieveInstances, {}, { accept: `${dicom}; transfer-syntax=*` })
    await expect(answer).rejects.toMatchObject({ code: 'unavailable' })
    expect(archive.calls.filter((call) => call === 'instances')).toHaveLength(nth)
  })

  it('are partial where some have no acceptable representation', async () => {
    const [first, ...rest] = many
    const archive = await createTestArchive([{ ...(first as TestInstance), syntax: 'JPEG2000Lossless' }, ...rest])
    const accept = `${dicom}; transfer-syntax=1.2.840.10008.1.2.4.90`
    const answer = await archive.retrieve(retrieveInstances, {}, { accept })
    expect(answer.status).toBe(206)
    expect(partsOf(answer)).toHaveLength(1)
    expect(answer.headers.warning).toContain('2 of 3')
  })

  it('are bulk data where octets are asked', async () => {
    const bulkData = [{ path: '7FE00010', vr: 'OW', offset: 2, length: 4, encapsulated: false }] as const
    const archive = await createTestArchive([{ ...stored, bulkData }])
    const answer = await archive.retrieve(
      retrieveInstances,
      {},
      { accept: 'multipart/related; type="application/octet-stream"' },
    )
    expect(partsOf(answer).map(({ bytes }) => bytes)).toEqual([stored.bytes.subarray(2, 6)])
  })

  it('never come as one single part', async () => {
    const archive = await createTestArchive([stored])
    await expect(archive.retrieve(retrieveInstances, {}, { accept: 'application/dicom' })).rejects.toMatchObject({
      code: 'not-acceptable',
    })
  })

  it('change their entity tag with any of them', async () => {
    const before = await (await createTestArchive(many)).retrieve(retrieveInstances, {}, {}, 'HEAD')
    const after = await (await createTestArchive(many.slice(1))).retrieve(retrieveInstances, {}, {}, 'HEAD')
    expect(after.headers.etag).not.toBe(before.headers.etag)
  })
})
