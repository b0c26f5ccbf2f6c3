import { randomBytes } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { retrieveFrames } from './index.ts'
import { createTestArchive, partsOf, type TestInstance } from './testing/test-archive.ts'

const octets = { accept: 'application/octet-stream' }
const anySyntax = { accept: 'multipart/related; type="application/octet-stream"; transfer-syntax=*' }

function target(frames: string) {
  return { series: '1.3', instance: '1.9', frames }
}

/** Items of encapsulated pixel data from offset 0, with an empty offset table. */
function encapsulate(fragments: readonly (readonly number[])[]): Buffer {
  return Buffer.concat([[], ...fragments].map((value) => Buffer.concat([itemHeader(value.length), Buffer.from(value)])))
}

function itemHeader(length: number): Buffer {
  const header = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0])
  header.writeUInt32LE(length, 4)
  return header
}

const native: TestInstance = {
  instance: '1.9',
  bytes: Buffer.from('headAAAABBBBCCCC'),
  pixelData: { offset: 4, length: 12, frames: 3, frameBits: 32 },
}

// Frame 1 is one fragment and padded after its end marker; frame 2 is two fragments.
const jpeg: TestInstance = {
  instance: '1.9',
  syntax: 'JPEGLSLossless',
  bytes: encapsulate([
    [0xff, 0xd8, 1, 0xff, 0xd9, 0],
    [0xff, 0xd8],
    [2, 3, 0xff, 0xd9],
  ]),
  pixelData: {},
  spans: [
    { offset: 16, length: 6, fragments: 1 },
    { offset: 30, length: 14, fragments: 2 },
  ],
}

describe('native frames', () => {
  it('sends one frame as it lies, with its exact Content-Type, for one look-up and one read', async () => {
    const archive = await createTestArchive([native])
    const answer = await archive.retrieve(retrieveFrames, target('2'), octets)
    expect(answer.body.toString()).toBe('BBBB')
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1',
      'content-length': '4',
      'content-location': 'http://pacs/dicom-web/studies/1.2/series/1.3/instances/1.9/frames/2',
    })
    expect(archive.calls).toEqual(['frames', 'read'])
    expect(archive.events).toMatchObject([{ type: 'retrieved', resource: 'frames' }])
  })

  it('sends a list in the order asked, repeats included', async () => {
    const archive = await createTestArchive([native])
    const answer = await archive.retrieve(retrieveFrames, target('3,1,3'), anySyntax)
    expect(partsOf(answer).map(({ bytes }) => bytes.toString())).toEqual(['CCCC', 'AAAA', 'CCCC'])
    expect(answer.headers['content-length']).toBe(String(answer.body.length))
    const [first] = partsOf(answer)
    expect(first?.head.split('\r\n')).toEqual([
      'Content-Type: application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1',
      'Content-Length: 4',
      'Content-Location: http://pacs/dicom-web/studies/1.2/series/1.3/instances/1.9/frames/3',
    ])
  })

  it('has the same envelope every time, so that ranges of it fit together', async () => {
    const archive = await createTestArchive([native])
    const whole = await archive.retrieve(retrieveFrames, target('1,2'), anySyntax)
    const start = await archive.retrieve(retrieveFrames, target('1,2'), { ...anySyntax, range: 'bytes=0-99' })
    const rest = await archive.retrieve(retrieveFrames, target('1,2'), { ...anySyntax, range: 'bytes=100-' })
    expect(start.status).toBe(206)
    expect(Buffer.concat([start.body, rest.body])).toEqual(whole.body)
  })

  it('swaps big endian values, in frames that start within one too', async () => {
    const archive = await createTestArchive([
      {
        ...native,
        syntax: 'ExplicitVRBigEndian',
        bytes: Buffer.from('..badcfe'),
        pixelData: { offset: 2, length: 6, frames: 2, frameBits: 24 },
      },
    ])
    const answer = await archive.retrieve(retrieveFrames, target('1,2'), anySyntax)
    expect(partsOf(answer).map(({ bytes }) => bytes.toString())).toEqual(['abc', 'def'])
  })

  it('moves a frame of bits that starts in mid byte to bit 0', async () => {
    const archive = await createTestArchive([
      {
        ...native,
        bytes: Buffer.from([0b10100101, 0b11110011]),
        pixelData: { offset: 0, length: 2, frames: 3, frameBits: 5 },
      },
    ])
    const answer = await archive.retrieve(retrieveFrames, target('1,2,3'), anySyntax)
    expect(partsOf(answer).map(({ bytes }) => bytes[0])).toEqual([0b00101, 0b11101, 0b11100])
  })

  it('inflates a deflated instance up to the frame', async () => {
    const meta = Buffer.concat([
      Buffer.alloc(128),
      Buffer.from('DICM'),
      Buffer.from([2, 0, 0, 0]),
      Buffer.from('UL'),
      Buffer.from([4, 0, 30, 0, 0, 0]),
      Buffer.from([2, 0, 0x10, 0]),
      Buffer.from('UI'),
      Buffer.from([22, 0]),
      Buffer.from('1.2.840.10008.1.2.1.99'),
    ])
    const pixels = randomBytes(300_000)
    const bytes = Buffer.concat([meta, deflateRawSync(Buffer.concat([Buffer.from('elements'), pixels]))])
    const archive = await createTestArchive([
      {
        ...native,
        syntax: 'DeflatedExplicitVRLittleEndian',
        bytes,
        pixelData: { offset: 8, length: 300_000, frames: 3, frameBits: 800_000 },
      },
    ])
    const answer = await archive.retrieve(retrieveFrames, target('2'), octets)
    expect(answer.body).toEqual(pixels.subarray(100_000, 200_000))
    const ranged = await archive.retrieve(retrieveFrames, target('2'), { ...octets, range: 'bytes=5-9' })
    expect(ranged.body).toEqual(pixels.subarray(100_005, 100_010))
  })
})

describe('encapsulated frames', () => {
  it('sends codestreams without item headers and without the pad byte', async () => {
    const archive = await createTestArchive([jpeg])
    const answer = await archive.retrieve(retrieveFrames, target('1,2'), { accept: '*/*' })
    expect(partsOf(answer).map(({ bytes }) => [...bytes])).toEqual([
      [0xff, 0xd8, 1, 0xff, 0xd9],
      [0xff, 0xd8, 2, 3, 0xff, 0xd9],
    ])
    expect(partsOf(answer)[0]?.head).toContain('Content-Type: image/jls; transfer-syntax=1.2.840.10008.1.2.4.80\r\n')
  })

  it('keeps what follows the end marker where it is no single zero', async () => {
    const bytes = encapsulate([[0xff, 0xd9, 7, 0]])
    const archive = await createTestArchive([{ ...jpeg, bytes, spans: [{ offset: 16, length: 4, fragments: 1 }] }])
    const answer = await archive.retrieve(retrieveFrames, target('1'), { accept: 'image/jls' })
    expect([...answer.body]).toEqual([0xff, 0xd9, 7, 0])
  })

  it('streams a large frame, and still knows its length without the pad byte', async () => {
    const value = Buffer.concat([randomBytes(3_000_000), Buffer.from([0xff, 0xd9, 0, 0])]).subarray(0, -1)
    const bytes = Buffer.concat([itemHeader(0), itemHeader(value.length), value])
    const archive = await createTestArchive([
      { ...jpeg, bytes, spans: [{ offset: 16, length: value.length, fragments: 1 }] },
    ])
    const answer = await archive.retrieve(retrieveFrames, target('1'), { accept: 'image/jls' })
    expect(answer.streamed).toBe(true)
    expect(answer.headers['content-length']).toBe('3000002')
    expect(answer.body.equals(value.subarray(0, -1))).toBe(true)
  })

  it('finds a frame far down the table', async () => {
    const bytes = encapsulate([[7, 8]])
    const spans = Array.from({ length: 2000 }, () => ({ offset: 16, length: 2, fragments: 1 }))
    const archive = await createTestArchive([{ ...jpeg, bytes, spans }])
    const answer = await archive.retrieve(retrieveFrames, target('1999'), { accept: 'image/jls' })
    expect([...answer.body]).toEqual([7, 8])
    expect(archive.calls).toEqual(['frames', 'read'])
  })

  it('refuses what only a codec could make, and says why', async () => {
    const archive = await createTestArchive([jpeg])
    const asked = { accept: 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1' }
    await expect(archive.retrieve(retrieveFrames, target('1'), asked)).rejects.toMatchObject({
      code: 'not-acceptable',
      members: { stored: ['1.2.840.10008.1.2.4.80'] },
    })
  })
})

describe('what is asked', () => {
  it.each(['0', '-1', 'x', '1,,2', '', '1.5', '99999999999999999999'])(
    'frames "%s" are a bad request',
    async (frames) => {
      const archive = await createTestArchive([native])
      await expect(archive.retrieve(retrieveFrames, target(frames))).rejects.toMatchObject({ code: 'bad-request' })
    },
  )

  it('names the number of frames where one lies beyond it', async () => {
    const archive = await createTestArchive([native])
    await expect(archive.retrieve(retrieveFrames, target('1,4'))).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('3'),
    })
  })

  it('does not find frames of what has no pixels, or does not exist', async () => {
    const archive = await createTestArchive([{ instance: '1.9', bytes: Buffer.from('x') }])
    await expect(archive.retrieve(retrieveFrames, target('1'))).rejects.toMatchObject({ code: 'not-found' })
    const other = { ...target('1'), instance: '1.8' }
    await expect(archive.retrieve(retrieveFrames, other)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('answers 304 without reading a byte, and a HEAD with the length', async () => {
    const archive = await createTestArchive([jpeg])
    const { headers } = await archive.retrieve(retrieveFrames, target('1'), anySyntax, 'HEAD')
    expect(headers['content-length']).toMatch(/^\d+$/)
    archive.calls.length = 0
    const again = await archive.retrieve(retrieveFrames, target('1'), {
      ...anySyntax,
      'if-none-match': headers.etag ?? '',
    })
    expect(again.status).toBe(304)
    expect(archive.calls).toEqual(['frames'])
  })

  it('refuses who may not read before looking anything up', async () => {
    const archive = await createTestArchive([native], false)
    await expect(archive.retrieve(retrieveFrames, target('1'))).rejects.toMatchObject({ code: 'forbidden' })
    expect(archive.calls).toEqual([])
    expect(archive.events).toMatchObject([{ type: 'denied', transaction: 'retrieve' }])
  })

  it('hides what is not visible as if it did not exist', async () => {
    const archive = await createTestArchive([native], { visible: [] })
    await expect(archive.retrieve(retrieveFrames, target('1'))).rejects.toMatchObject({ code: 'not-found' })
  })
})
