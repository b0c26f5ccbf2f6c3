import { describe, expect, it } from '@jest/globals'
import { type BulkDataRange, sopClasses, tags } from '@sansfilm/dicom'
import { retrieveBulkdata, retrieveFrames, retrievePixelData, retrieveRendered, retrieveThumbnail } from './index.ts'
import { createTestArchive, partsOf, type TestInstance } from './testing/test-archive.ts'

const one = { series: '1.3', instance: '1.9' }

function range(path: string, offset: number, length: number, more: Partial<BulkDataRange> = {}): BulkDataRange {
  return { path, vr: 'OW', offset, length, encapsulated: false, ...more }
}

/** An offset table of one entry, then the fragments. */
function encapsulated(...fragments: readonly string[]): Buffer {
  return Buffer.concat(
    ['\0\0\0\0', ...fragments].map((value) => {
      const header = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0])
      header.writeUInt32LE(value.length, 4)
      return Buffer.concat([header, Buffer.from(value, 'latin1')])
    }),
  )
}

const waveform: TestInstance = {
  instance: '1.9',
  bytes: Buffer.from('..12345678....abcd'),
  bulkData: [range('54000100/1/54001010', 2, 8), range(tags.RedPaletteColorLookupTableData, 14, 4)],
}

describe('one attribute', () => {
  it('comes as octets where the client names nothing, and can be ranged', async () => {
    const archive = await createTestArchive([waveform])
    const target = { ...one, bulkdata: '54000100/1/54001010' }
    const answer = await archive.retrieve(retrieveBulkdata, target)
    expect(answer.body.toString()).toBe('12345678')
    expect(answer.headers['content-type']).toBe('application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1')
    const part = await archive.retrieve(retrieveBulkdata, target, { range: 'bytes=2-3' })
    expect([part.status, part.body.toString()]).toEqual([206, '34'])
  })

  it('comes as multipart where that is asked', async () => {
    const archive = await createTestArchive([waveform])
    const accept = 'multipart/related; type="application/octet-stream"'
    const answer = await archive.retrieve(retrieveBulkdata, { ...one, bulkdata: '54000100/1/54001010' }, { accept })
    expect(partsOf(answer)[0]?.head).toContain('/instances/1.9/bulkdata/54000100/1/54001010')
    expect(partsOf(answer)[0]?.bytes.toString()).toBe('12345678')
  })

  it('is little endian whatever the instance is, by the unit of its VR', async () => {
    const archive = await createTestArchive([
      {
        ...waveform,
        syntax: 'ExplicitVRBigEndian',
        bulkData: [range('00660022', 2, 8, { vr: 'OD' }), range('00420011', 2, 8, { vr: 'OB' })],
      },
    ])
    const swapped = await archive.retrieve(retrieveBulkdata, { ...one, bulkdata: '00660022' }, { range: 'bytes=1-7' })
    expect(swapped.body.toString()).toBe('7654321')
    const octets = await archive.retrieve(
      retrieveBulkdata,
      { ...one, bulkdata: '00420011' },
      { accept: 'application/octet-stream' },
    )
    expect(octets.body.toString()).toBe('12345678')
  })

  it('does not exist where the instance has none', async () => {
    const archive = await createTestArchive([waveform])
    await expect(archive.retrieve(retrieveBulkdata, { ...one, bulkdata: '7FE00010' })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('joins the fragments of a compressed icon', async () => {
    const bytes = encapsulated('ab', 'cd')
    const path = '00880200/1/7FE00010'
    const archive = await createTestArchive([
      {
        ...waveform,
        syntax: 'JPEGBaseline8Bit',
        bytes,
        bulkData: [range(path, 0, bytes.length, { vr: 'OB', encapsulated: true })],
      },
    ])
    const answer = await archive.retrieve(retrieveBulkdata, { ...one, bulkdata: path })
    expect(answer.headers['content-type']).toBe('image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.50')
    expect(answer.body.toString()).toBe('abcd')
  })
})

describe('pixel data', () => {
  const bytes = encapsulated('one!', 'two!')
  const compressed: TestInstance = {
    instance: '1.9',
    syntax: 'RLELossless',
    bytes,
    bulkData: [range(tags.PixelData, 0, bytes.length, { vr: 'OB', encapsulated: true })],
    pixelData: {},
    spans: [
      { offset: 20, length: 4, fragments: 1 },
      { offset: 32, length: 4, fragments: 1 },
    ],
  }

  it.each([
    ['pixeldata', retrievePixelData, one],
    ['its URL', retrieveBulkdata, { ...one, bulkdata: '7FE00010' }],
    ['pixeldata of the study', retrievePixelData, {}],
    ['bulkdata of the study', retrieveBulkdata, {}],
  ])('comes frame by frame where it is compressed: %s', async (_name, transaction, target) => {
    const archive = await createTestArchive([compressed])
    const answer = await archive.retrieve(transaction, target)
    expect(partsOf(answer).map(({ bytes }) => bytes.toString())).toEqual(['one!', 'two!'])
    expect(partsOf(answer)[1]?.head).toContain('image/dicom-rle; transfer-syntax=1.2.840.10008.1.2.5')
    expect(partsOf(answer)[1]?.head).toContain('/instances/1.9/frames/2')
  })

  it('is all there in the media type of its frames alone', async () => {
    const archive = await createTestArchive([compressed])
    const answer = await archive.retrieve(
      retrievePixelData,
      {},
      { accept: 'multipart/related; type="image/dicom-rle"' },
    )
    expect([answer.status, partsOf(answer).length]).toEqual([200, 2])
  })

  it('of more frames than can be held tells its length, and is read where the range lies alone', async () => {
    const spans = Array.from({ length: 5000 }, () => ({ offset: 20, length: 4, fragments: 1 }))
    const archive = await createTestArchive([{ ...compressed, bytes: Buffer.concat([bytes, Buffer.of(0)]), spans }])
    const whole = await archive.retrieve(retrievePixelData, one)
    expect(whole.headers['content-length']).toBe(String(whole.body.length))
    expect(partsOf(whole)).toHaveLength(5000)
    const before = archive.calls.length
    const tail = await archive.retrieve(retrievePixelData, one, { range: 'bytes=-500' })
    expect(tail.body).toEqual(whole.body.subarray(-500))
    const reads = archive.calls.slice(before).filter((call) => call === 'read')
    expect(reads.length).toBeGreaterThan(0)
    expect(reads.length).toBeLessThan(5)
  })

  it('of frames of which only their ends tell how long they are can be ranged all the same', async () => {
    const marked = encapsulated('\xff\xd8a\xff\xd9\0', '\xff\xd8ab\xff\xd9')
    const spans = Array.from({ length: 300 }, (_, i) => ({ offset: i % 2 === 0 ? 20 : 34, length: 6, fragments: 1 }))
    const archive = await createTestArchive([{ ...compressed, syntax: 'JPEGBaseline8Bit', bytes: marked, spans }])
    const first = await archive.retrieve(retrievePixelData, one, {}, 'HEAD')
    expect([first.headers['content-length'], first.headers['accept-ranges']]).toEqual([undefined, 'bytes'])
    const whole = await archive.retrieve(retrievePixelData, one)
    expect(
      partsOf(whole)
        .map(({ bytes }) => bytes.length)
        .slice(-2),
    ).toEqual([5, 6])
    const tail = await archive.retrieve(retrievePixelData, one, { range: 'bytes=-500' })
    expect(tail.body).toEqual(whole.body.subarray(-500))
    expect(tail.headers['content-range']).toBe(
      `bytes ${whole.body.length - 500}-${whole.body.length - 1}/${whole.body.length}`,
    )
  })

  it('comes whole where it is native', async () => {
    const archive = await createTestArchive([
      {
        instance: '1.9',
        bytes: Buffer.from('..pixels'),
        pixelData: { offset: 2, length: 6, frames: 2, frameBits: 24 },
      },
    ])
    const answer = await archive.retrieve(retrievePixelData, one)
    expect(answer.body.toString()).toBe('pixels')
  })

  it('is refused as octets of a study that is all compressed, and partial where some is', async () => {
    const accept = { accept: 'multipart/related; type="application/octet-stream"' }
    const archive = await createTestArchive([compressed])
    await expect(archive.retrieve(retrieveBulkdata, {}, accept)).rejects.toMatchObject({ code: 'not-acceptable' })
    const mixed = await createTestArchive([compressed, { ...waveform, instance: '1.10' }])
    const answer = await mixed.retrieve(retrieveBulkdata, {}, accept)
    expect(answer.status).toBe(206)
    expect(partsOf(answer).map(({ bytes }) => bytes.toString())).toEqual(['12345678', 'abcd'])
  })

  it('of a video is one representation that a player can seek in', async () => {
    const video = encapsulated('..', '..ft', 'ypisom', 'moov')
    const archive = await createTestArchive([
      {
        ...compressed,
        syntax: 'MPEG4HP41',
        bytes: video,
        bulkData: [range(tags.PixelData, 0, video.length, { encapsulated: true })],
      },
    ])
    const target = { ...one, bulkdata: '7FE00010' }
    const answer = await archive.retrieve(retrieveBulkdata, target, {
      accept: 'video/*;q=0.9,*/*;q=0.5',
      range: 'bytes=2-',
    })
    expect(answer.headers['content-type']).toBe('video/mp4; transfer-syntax=1.2.840.10008.1.2.4.102')
    expect([answer.status, answer.body.toString()]).toEqual([206, '..ftypisommoov'])
    await expect(archive.retrieve(retrieveFrames, { ...one, frames: '1' })).rejects.toMatchObject({
      code: 'not-acceptable',
    })
    const rendered = await archive.retrieve(retrieveRendered, one, { accept: '*/*' })
    expect(rendered.headers['content-type']).toBe('video/mp4')
  })

  it('of a video in a transport stream is rendered as one, and of no known container not at all', async () => {
    const packets = Buffer.alloc(376, 'G').toString('latin1')
    const videoOf = (text: string): TestInstance => {
      const bytes = encapsulated(text)
      const bulkData = [range(tags.PixelData, 0, bytes.length, { encapsulated: true })]
      return { ...compressed, syntax: 'MPEG4HP41', bytes, bulkData }
    }
    const stream = await createTestArchive([videoOf(packets)])
    const rendered = await stream.retrieve(retrieveRendered, one, { accept: 'video/*' })
    expect(rendered.headers['content-type']).toBe('video/mp2t')
    expect(rendered.body.length).toBe(376)
    await expect(stream.retrieve(retrieveRendered, one, { accept: 'video/mp4' })).rejects.toMatchObject({
      code: 'not-acceptable',
    })
    const unknown = await createTestArchive([videoOf('nothing that anybody plays')])
    await expect(unknown.retrieve(retrieveRendered, one, { accept: '*/*' })).rejects.toMatchObject({
      code: 'not-implemented',
    })
  })
})

describe('an encapsulated document', () => {
  const pdf: TestInstance = {
    instance: '1.9',
    sopClass: sopClasses.EncapsulatedPDFStorage.uid,
    bytes: Buffer.from('..%PDF-1\0'),
    dataset: {
      [tags.MIMETypeOfEncapsulatedDocument]: { vr: 'LO', Value: ['application/pdf'] },
      [tags.EncapsulatedDocumentLength]: { vr: 'UL', Value: [6] },
    },
    bulkData: [range(tags.EncapsulatedDocument, 2, 7, { vr: 'OB' })],
  }

  it('is octets as bulk data, and itself where that is asked', async () => {
    const archive = await createTestArchive([pdf])
    const target = { ...one, bulkdata: tags.EncapsulatedDocument }
    expect((await archive.retrieve(retrieveBulkdata, target)).body.toString()).toBe('%PDF-1\0')
    const own = await archive.retrieve(retrieveBulkdata, target, { accept: 'application/pdf' })
    expect([own.headers['content-type'], own.body.toString()]).toEqual(['application/pdf', '%PDF-1'])
  })

  it('is its own rendering, for browsers too', async () => {
    const archive = await createTestArchive([pdf])
    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
    const answer = await archive.retrieve(retrieveRendered, one, { accept })
    expect([answer.headers['content-type'], answer.body.toString()]).toEqual(['application/pdf', '%PDF-1'])
    await expect(archive.retrieve(retrieveRendered, one, { accept: 'image/jpeg' })).rejects.toMatchObject({
      code: 'not-acceptable',
      members: { available: ['application/pdf', 'multipart/related; type="application/pdf"'] },
    })
  })

  it('that is a web page is never served as one', async () => {
    const html = {
      ...pdf,
      dataset: { [tags.MIMETypeOfEncapsulatedDocument]: { vr: 'LO', Value: ['text/XML'] } },
    } as const
    const archive = await createTestArchive([html])
    await expect(archive.retrieve(retrieveRendered, one)).rejects.toMatchObject({ code: 'not-implemented' })
  })
})

it('says that nothing is drawn, and still what does not exist', async () => {
  const archive = await createTestArchive([waveform])
  await expect(archive.retrieve(retrieveThumbnail, { series: '1.3' })).rejects.toMatchObject({
    code: 'not-implemented',
  })
  await expect(archive.retrieve(retrieveRendered, one)).rejects.toMatchObject({ code: 'not-implemented' })
  await expect(archive.retrieve(retrieveRendered, { ...one, instance: '9' })).rejects.toMatchObject({
    code: 'not-found',
  })
  await expect(archive.retrieve(retrieveThumbnail, { study: '9' })).rejects.toMatchObject({ code: 'not-found' })
})
