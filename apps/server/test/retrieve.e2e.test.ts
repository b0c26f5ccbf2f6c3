import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { DicomwebOptions } from '@sansfilm/core'
import {
  type Dataset,
  decodeNativeModel,
  numberOf,
  readPart10,
  stringOf,
  tags,
  transferSyntaxes,
  type WritePart10Options,
  writePart10Buffer,
} from '@sansfilm/dicom'
import { toExpress } from '@sansfilm/express'
import express from 'express'
import { sha256 } from './support/corpus.ts'
import { describeIf } from './support/describe-if.ts'
import { imageDataset, one, patternBytes, type TestImage } from './support/image-dataset.ts'
import { dicomParts, postParts } from './support/multipart-body.ts'
import { onPath } from './support/on-path.ts'
import { parseMultipart } from './support/parse-multipart.ts'
import { openRaw, parseRaw } from './support/raw-http.ts'
import { startApp } from './support/start-app.ts'
import { startTestArchive, type TestArchive } from './support/test-archive.ts'

/* The Retrieve transaction over real HTTP, clause by clause. */

const run = promisify(execFile)
const study = '2.25.700'
const series = '2.25.701'
const octets = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'

type Syntax = keyof typeof transferSyntaxes

/** An image as a Part 10 object: native pixel data, or one list of fragments for each frame. */
function image(
  instance: string,
  syntax: Syntax,
  pixels: Buffer | readonly (readonly Buffer[])[],
  rest: Omit<TestImage, 'instance'> = {},
): Buffer {
  const uri = 'pixels'
  const attributes = {
    [tags.PixelData]: { vr: rest.bits === 16 ? 'OW' : 'OB', BulkDataURI: uri },
    ...rest.attributes,
  } as const
  const options: WritePart10Options = {
    dataset: imageDataset({ instance, ...rest, attributes }),
    transferSyntax: transferSyntaxes[syntax],
    bulkData: () =>
      Buffer.isBuffer(pixels)
        ? { length: pixels.length, bytes: [pixels] }
        : { frames: pixels.map((frame) => frame.map((bytes) => ({ length: bytes.length, bytes: [bytes] }))) },
  }
  return writePart10Buffer(options)
}

/** Replaces the Basic Offset Table of an object by an empty one, as most writers leave it. */
function withoutOffsets(object: Buffer): Buffer {
  const start = object.indexOf(Buffer.from('e07f10004f420000ffffffff', 'hex')) + 12
  const length = object.readUInt32LE(start + 4)
  const item = Buffer.from('feff00e000000000', 'hex')
  return Buffer.concat([object.subarray(0, start), item, object.subarray(start + 8 + length)])
}

const codestream = (length: number, seed: number) =>
  Buffer.concat([Buffer.of(0xff, 0xd8, 0xff), patternBytes(length - 5, seed), Buffer.of(0xff, 0xd9)])

const big = patternBytes(2 * 300 * 300)
const objects: Readonly<Record<string, Buffer>> = {
  native16: image('2.25.1', 'ExplicitVRLittleEndian', big, { rows: 300, columns: 300, bits: 16 }),
  implicit: image('2.25.2', 'ImplicitVRLittleEndian', patternBytes(32), { bits: 16 }),
  bigEndian: image('2.25.3', 'ExplicitVRBigEndian', patternBytes(32), { bits: 16 }),
  deflated: image('2.25.4', 'DeflatedExplicitVRLittleEndian', patternBytes(48), { frames: 3 }),
  jpegFrames: image(
    '2.25.5',
    'JPEGBaseline8Bit',
    [0, 1, 2].map((seed) => [codestream(101 + seed, seed)]),
    { frames: 3 },
  ),
  fragments: image(
    '2.25.6',
    'JPEGBaseline8Bit',
    [0, 1].map((seed) => {
      const whole = codestream(301, seed)
      return [whole.subarray(0, 100), whole.subarray(100, 200), whole.subarray(200)]
    }),
    { frames: 2 },
  ),
  noOffsets: withoutOffsets(
    image(
      '2.25.7',
      'JPEGBaseline8Bit',
      [0, 1, 2, 3].map((seed) => [codestream(60 + seed, seed)]),
      { frames: 4 },
    ),
  ),
  noOffsetsFragments: withoutOffsets(
    image(
      '2.25.8',
      'JPEGBaseline8Bit',
      [0, 1].map((seed) => [codestream(200, seed).subarray(0, 80), codestream(200, seed).subarray(80)]),
      {
        frames: 2,
      },
    ),
  ),
  extendedOffsets: withoutOffsets(
    // Frames that show by no marker where they begin.
    image(
      '2.25.9',
      'RLELossless',
      [0, 1, 2].map((seed) => [patternBytes(40, seed), patternBytes(60, seed)]),
      {
        frames: 3,
        attributes: {
          [tags.ExtendedOffsetTable]: { vr: 'OV', InlineBinary: numbers64(0, 116, 232) },
          [tags.ExtendedOffsetTableLengths]: { vr: 'OV', InlineBinary: numbers64(100, 100, 100) },
        },
      },
    ),
  ),
  bits: image('2.25.10', 'ExplicitVRLittleEndian', Buffer.from([0b10110101, 0b11001010, 0b01011010, 0b00000111]), {
    rows: 3,
    columns: 3,
    frames: 3,
    bits: 1,
  }),
  odd: image('2.25.11', 'ExplicitVRLittleEndian', patternBytes(27), { rows: 3, columns: 3, frames: 3 }),
}

function numbers64(...values: readonly number[]): string {
  const bytes = Buffer.alloc(values.length * 8)
  for (const [i, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), i * 8)
  return bytes.toString('base64')
}

let archive: TestArchive

beforeAll(async () => {
  archive = await startTestArchive({ withoutCodecs: true })
  const response = await postParts(archive, dicomParts(...Object.values(objects)))
  expect([response.status, await response.text()]).toEqual([200, expect.any(String)])
})
afterAll(async () => {
  await archive.close()
})

const uidOf = (name: keyof typeof objects) => `2.25.${Object.keys(objects).indexOf(name) + 1}`
const instancePath = (name: keyof typeof objects) => `/studies/${study}/series/${series}/instances/${uidOf(name)}`

interface Got {
  readonly status: number
  readonly headers: Headers
  readonly body: Buffer
}

async function get(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Got> {
  const response = await fetch(path.startsWith('http') ? path : archive.root + path, { method, headers })
  return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) }
}

const partsOf = ({ headers, body }: Got) => parseMultipart(headers.get('content-type'), body)

async function frames(name: keyof typeof objects, list: string): Promise<readonly Buffer[]> {
  const got = await get(`${instancePath(name)}/frames/${list}`, { accept: octets })
  expect(got.status).toBe(200)
  return partsOf(got).map(({ body }) => body)
}

describe('§10.4.1.1.1 instances as they are stored', () => {
  it.each(Object.keys(objects))(
    '%s: transfer-syntax=* gives the stored bytes, their length and digest',
    async (name) => {
      const bytes = objects[name] ?? Buffer.alloc(0)
      const got = await get(instancePath(name), { accept: 'application/dicom; transfer-syntax=*' })
      expect([got.status, sha256(got.body)]).toEqual([200, sha256(bytes)])
      expect(got.headers.get('content-length')).toBe(String(bytes.length))
      expect(got.headers.get('accept-ranges')).toBe('bytes')
      const digest = createHash('sha256').update(bytes).digest('base64')
      expect(got.headers.get('repr-digest')).toBe(`sha-256=:${digest}:`)
      expect(got.headers.get('etag')).toMatch(/^"/)
    },
  )

  it.each(['', `/series/${series}`])(
    'all of study or series in one multipart with a length: /studies/…%s',
    async (below) => {
      const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*'
      const got = await get(`/studies/${study}${below}`, { accept })
      expect(got.headers.get('content-length')).toBe(String(got.body.length))
      const parts = partsOf(got)
      expect(parts.map(({ body }) => sha256(body)).sort()).toEqual(Object.values(objects).map(sha256).sort())
      for (const { headers, body } of parts) {
        expect(headers['content-length']).toBe(String(body.length))
        expect(headers['content-type']).toMatch(/^application\/dicom; transfer-syntax=1\.2\.840[0-9.]+$/)
        expect(
          sha256(
            (await get(headers['content-location'] ?? '', { accept: 'application/dicom; transfer-syntax=*' })).body,
          ),
        ).toBe(sha256(body))
      }
    },
  )
})

describe('§8.7.3.4 conversions that need no codec', () => {
  const convertible = ['implicit', 'bigEndian', 'deflated'] as const
  const accept = 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1'
  it.each(convertible)('%s becomes Explicit VR Little Endian', async (name) => {
    const got = await get(instancePath(name), { accept })
    expect(got.headers.get('content-type')).toBe(accept)
    const [before, after] = [await readPart10([objects[name] ?? Buffer.alloc(0)]), await readPart10([got.body])]
    expect(after.transferSyntax).toBe(transferSyntaxes.ExplicitVRLittleEndian)
    expect(after.warnings).toEqual([])
    expect(stringOf(after.dataset, tags.PatientID)).toBe(stringOf(before.dataset, tags.PatientID))
    const { offset = 0, length = 0 } = after.pixelData ?? {}
    expect(got.body.subarray(offset, offset + length)).toEqual(patternBytes(length))
  })

  it('is a 406 for compressed pixel data, that explains itself', async () => {
    const got = await get(instancePath('jpegFrames'), { accept })
    expect([got.status, got.headers.get('content-type')]).toEqual([406, 'application/problem+json'])
    const problem = JSON.parse(got.body.toString())
    expect(problem).toMatchObject({ status: 406, accept: `Accept: ${accept}`, stored: ['1.2.840.10008.1.2.4.50'] })
    expect(problem.available).toContain('application/dicom; transfer-syntax=1.2.840.10008.1.2.4.50')
    expect(got.body.toString()).not.toMatch(/SAMPLE|IMAGE/)
  })

  describeIf(onPath('dcmdump'), 'dcmtk is not installed', 'dcmtk reads them', () => {
    it.each(convertible)('%s', async (name) => {
      const folder = await mkdtemp(join(tmpdir(), 'sansfilm-test-'))
      try {
        await writeFile(join(folder, 'x.dcm'), (await get(instancePath(name), { accept })).body)
        const { stdout, stderr } = await run('dcmdump', [
          '+P',
          'PatientID',
          '+P',
          'PixelData',
          '+L',
          '-M',
          join(folder, 'x.dcm'),
        ])
        expect(stderr).toBe('')
        expect(stdout).toMatch(/LO \[IMAGE\]/)
      } finally {
        await rm(folder, { recursive: true })
      }
    })
  })
})

describeIf(onPath('unzip') && onPath('dcmdump'), 'unzip or dcmtk is not installed', 'application/zip', () => {
  it('is a file set that unzip and dcmtk take, every object as it is stored', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sansfilm-test-'))
    try {
      const got = await get(`/studies/${study}`, { accept: 'application/zip' })
      expect(got.headers.get('content-type')).toBe('application/zip')
      await writeFile(join(folder, 'x.zip'), got.body)
      await run('unzip', ['-t', join(folder, 'x.zip')])
      await run('unzip', ['-q', join(folder, 'x.zip'), '-d', folder])
      const { stdout } = await run('dcmdump', ['+P', 'ReferencedFileID', join(folder, 'DICOMDIR')])
      const names = [...stdout.matchAll(/\[([^\]]+)\]/g)].map(([, name = '']) => name.replaceAll('\\', '/'))
      expect(names).toHaveLength(Object.keys(objects).length)
      const digests = await Promise.all(
        names.map(async (name) => (await run('sha256sum', [join(folder, name)])).stdout.slice(0, 64)),
      )
      expect(digests.sort()).toEqual(Object.values(objects).map(sha256).sort())
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('§10.4.1.1.2 metadata', () => {
  it.each([
    ['application/dicom+json', 'application/dicom+json'],
    ['application/json', 'application/json'],
    ['application/json;q=0.9, application/dicom+json', 'application/dicom+json'],
    ['*/*', 'application/dicom+json'],
    ['application/*', 'application/dicom+json'],
  ])('Accept: %s', async (accept, type) => {
    const got = await get(`/studies/${study}/metadata`, { accept })
    expect(got.headers.get('content-type')).toBe(type)
    expect(JSON.parse(got.body.toString())).toHaveLength(Object.keys(objects).length)
  })

  it.each([
    ['multipart/related; type="application/dicom+xml"', `/studies/${study}/metadata`, 11],
    ['multipart/related; type=application/dicom+xml', `/studies/${study}/series/${series}/metadata`, 11],
    ['application/dicom+xml', `/studies/${study}/metadata`, 11],
  ])('Accept: %s', async (accept, path, count) => {
    const got = await get(path, { accept })
    const parts = partsOf(got)
    expect(parts).toHaveLength(count)
    for (const { body } of parts) expect(stringOf(decodeNativeModel(body), tags.PatientID)).toBe('IMAGE')
  })

  it('is one XML document for one instance', async () => {
    const got = await get(`${instancePath('odd')}/metadata`, { accept: 'application/dicom+xml' })
    expect(got.headers.get('content-type')).toBe('application/dicom+xml')
    expect(stringOf(decodeNativeModel(got.body), tags.SOPInstanceUID)).toBe(uidOf('odd'))
  })

  it.each(['application/dicom+json', 'multipart/related; type="application/dicom+xml"'])(
    'gzip, ETag, 304 and HEAD: %s',
    async (accept) => {
      const path = `/studies/${study}/metadata`
      const plain = await raw(path, { accept })
      const gzip = await raw(path, { accept, 'accept-encoding': 'gzip' })
      expect(gzip.headers['content-encoding']).toBe('gzip')
      expect(gzip.headers.vary?.toLowerCase()).toContain('accept-encoding')
      expect(plain.headers['content-encoding']).toBeUndefined()
      expect(gzip.body.length).toBeLessThan(plain.body.length)
      expect(gzip.headers.etag).not.toBe(plain.headers.etag)
      for (const answer of [plain, gzip]) expect(answer.headers['content-length']).toBe(String(answer.body.length))
      for (const tag of [plain.headers.etag, `"x", ${plain.headers.etag}`, '*']) {
        const again = await raw(path, { accept, 'if-none-match': tag ?? '' })
        expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, plain.headers.etag])
      }
      const head = await raw(path, { accept }, 'HEAD')
      expect([head.status, head.body.length]).toEqual([200, 0])
      for (const name of ['content-type', 'etag', 'content-length'])
        expect(head.headers[name]).toBe(plain.headers[name])
    },
  )

  it('and its ETag change at once when an instance comes or goes', async () => {
    const paths = [`/studies/${study}/metadata`, `/studies/${study}/series/${series}/metadata`]
    const look = () => Promise.all(paths.map(async (path) => await get(path)))
    const count = ({ body }: Got) => JSON.parse(body.toString()).length
    const before = await look()
    const added = image('2.25.9999', 'ExplicitVRLittleEndian', patternBytes(16))
    expect((await postParts(archive, dicomParts(added))).status).toBe(200)
    const during = await look()
    await get(`/studies/${study}/series/${series}/instances/2.25.9999`, {}, 'DELETE')
    const after = await look()
    expect([before, during, after].map((answers) => answers.map(count))).toEqual([
      [11, 11],
      [12, 12],
      [11, 11],
    ])
    for (const [i] of paths.entries())
      expect(new Set([before, during, after].map((answers) => answers[i]?.headers.get('etag'))).size).toBe(3)
  })

  it('names bulk data by URIs that work as they stand', async () => {
    const datasets = JSON.parse((await get(`/studies/${study}/metadata`)).body.toString()) as Dataset[]
    const uris = datasets.map((dataset) => dataset[tags.PixelData]?.BulkDataURI ?? '')
    expect(uris.every((uri) => uri.startsWith(`${archive.root}/studies/`))).toBe(true)
    for (const uri of uris) {
      const got = await get(uri)
      expect([got.status, got.body.length > 0]).toEqual([200, true])
    }
  })

  it('and with a public URL, whatever the proxy calls the server', async () => {
    const app = express()
    app.use('/inner', toExpress(archive.dicomweb, { publicUrl: 'https://pacs.example/a/b/dicom-web/' }))
    const server = app.listen(0, '127.0.0.1')
    try {
      await new Promise((resolve) => server.once('listening', resolve))
      const address = server.address()
      const inner = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/inner`
      const outer = 'https://pacs.example/a/b/dicom-web'
      const [dataset = {}] = JSON.parse(
        (await get(`${inner}${instancePath('native16')}/metadata`)).body.toString(),
      ) as Dataset[]
      const uri = dataset[tags.PixelData]?.BulkDataURI ?? ''
      expect(uri).toBe(`${outer}${instancePath('native16')}/bulkdata/7FE00010`)
      expect((await get(uri.replace(outer, inner))).body).toEqual(big)
      const found = JSON.parse((await get(`${inner}/studies`)).body.toString()) as Dataset[]
      expect(stringOf(found[0] ?? {}, tags.RetrieveURL)).toBe(`${outer}/studies/${study}`)
    } finally {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  })
})

describe('--public-url', () => {
  it('stands before every URL that the server hands out', async () => {
    const server = await startApp(['--public-url', 'https://pacs.example/pre'])
    try {
      const outer = 'https://pacs.example/pre/dicom-web'
      const inner = `${server.origin}/dicom-web`
      const stored = await postParts({ root: inner }, dicomParts(objects.native16 ?? Buffer.alloc(0)))
      expect(stored.headers.get('location')).toBe(`${outer}/studies/${study}`)
      const got = await get(`${inner}${instancePath('native16')}/metadata`)
      const [dataset = {}] = JSON.parse(got.body.toString()) as Dataset[]
      const uri = dataset[tags.PixelData]?.BulkDataURI ?? ''
      expect(uri.startsWith(`${outer}/studies/`)).toBe(true)
      expect((await get(uri.replace(outer, inner))).body).toEqual(big)
    } finally {
      await server.close()
    }
  })
})

/** A request whose encoding nothing undoes. */
async function raw(path: string, headers: Readonly<Record<string, string>>, method = 'GET') {
  const connection = await openRaw(archive.root)
  const lines = Object.entries({ host: new URL(archive.root).host, connection: 'close', ...headers })
  connection.write(
    `${method} /dicom-web${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
  )
  return parseRaw(await connection.end())
}

describe('§10.4.1.1.6 frames', () => {
  const expected: Readonly<Record<string, readonly Buffer[]>> = {
    native16: [big],
    implicit: [patternBytes(32)],
    bigEndian: [patternBytes(32)],
    deflated: [0, 1, 2].map((i) => patternBytes(48).subarray(i * 16, i * 16 + 16)),
    jpegFrames: [0, 1, 2].map((seed) => codestream(101 + seed, seed)),
    fragments: [0, 1].map((seed) => codestream(301, seed)),
    noOffsets: [0, 1, 2, 3].map((seed) => codestream(60 + seed, seed)),
    noOffsetsFragments: [0, 1].map((seed) => codestream(200, seed)),
    extendedOffsets: [0, 1, 2].map((seed) => Buffer.concat([patternBytes(40, seed), patternBytes(60, seed)])),
    // Nine bits each, the first pixel in the lowest bit: 0-8, 9-17, 18-26 of the bytes above.
    bits: [Buffer.from([0b10110101, 0]), Buffer.from([0b01100101, 1]), Buffer.from([0b11010110, 1])],
    odd: [0, 1, 2].map((i) => patternBytes(27).subarray(i * 9, i * 9 + 9)),
  }

  for (const [name, list] of Object.entries(expected))
    it(`${name}: each by itself, all in a list, in any order and more than once`, async () => {
      const all = list.map((_, i) => i + 1)
      const hex = (buffers: readonly Buffer[]) => buffers.map((bytes) => sha256(bytes))
      for (const [i, frame] of list.entries()) expect(hex(await frames(name, String(i + 1)))).toEqual(hex([frame]))
      expect(hex(await frames(name, all.join()))).toEqual(hex(list))
      expect(hex(await frames(name, [...all.toReversed(), 1, 1].join()))).toEqual(
        hex([...list.toReversed(), ...[list[0], list[0]].filter((one) => one !== undefined)]),
      )
      const single = await get(`${instancePath(name)}/frames/1`, {
        accept: 'application/octet-stream; transfer-syntax=*',
      })
      expect([single.status, sha256(single.body)]).toEqual([200, sha256(list[0] ?? Buffer.alloc(0))])
      expect(single.headers.get('content-length')).toBe(String(single.body.length))
      expect(single.headers.get('content-location')).toBe(`${archive.root}${instancePath(name)}/frames/1`)
    })

  it.each([
    ['0', 400],
    ['abc', 400],
    ['1,,2', 400],
    ['-1', 400],
    ['1.5', 400],
    ['4', 404],
    ['1,4', 404],
    ['99999999999999999999', 400],
    ['%31', 200],
    ['1%2C2', 200],
  ])('frames/%s: %d', async (list, status) => {
    const got = await get(`${instancePath('odd')}/frames/${list}`, { accept: octets })
    expect(got.status).toBe(status)
    if (status !== 200) expect(JSON.parse(got.body.toString())).toMatchObject({ status })
  })
})

describe('RFC 9110 §14: Range', () => {
  const resources: readonly (readonly [string, string, string])[] = [
    ['an instance', instancePath('native16'), 'application/dicom; transfer-syntax=*'],
    [
      'an instance in a multipart',
      instancePath('native16'),
      'multipart/related; type="application/dicom"; transfer-syntax=*',
    ],
    ['a converted instance', instancePath('bigEndian'), 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1'],
    ['an inflated instance', instancePath('deflated'), 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1'],
    ['a study', `/studies/${study}`, 'multipart/related; type="application/dicom"; transfer-syntax=*'],
    ['a frame', `${instancePath('native16')}/frames/1`, 'application/octet-stream'],
    ['compressed frames in a multipart', `${instancePath('fragments')}/frames/2,1`, octets],
    ['a frame of 1-bit pixels', `${instancePath('bits')}/frames/2`, 'application/octet-stream'],
    ['big endian pixel data', `${instancePath('bigEndian')}/bulkdata/7FE00010`, '*/*'],
    ['deflated pixel data', `${instancePath('deflated')}/bulkdata/7FE00010`, '*/*'],
    ['bulk data', `${instancePath('native16')}/bulkdata/7FE00010`, '*/*'],
    [
      'bulk data in a multipart',
      `${instancePath('native16')}/bulkdata/7FE00010`,
      'multipart/related; type="application/octet-stream"',
    ],
    ['pixeldata', `${instancePath('fragments')}/pixeldata`, octets],
  ]
  it.each(resources)('%s: ranges put together are the whole', async (_, path, accept) => {
    const whole = await get(path, { accept })
    expect(whole.headers.get('content-length')).toBe(String(whole.body.length))
    const size = whole.body.length
    const step = Math.max(1, Math.ceil(size / 7))
    const pieces: Buffer[] = []
    for (let at = 0; at < size; at += step) {
      const got = await get(path, { accept, range: `bytes=${at}-${at + step - 1}` })
      expect([got.status, got.headers.get('content-range')]).toEqual([
        206,
        `bytes ${at}-${Math.min(at + step, size) - 1}/${size}`,
      ])
      expect(got.headers.get('etag')).toBe(whole.headers.get('etag'))
      expect(got.headers.get('content-length')).toBe(String(got.body.length))
      pieces.push(got.body)
    }
    expect(sha256(Buffer.concat(pieces))).toBe(sha256(whole.body))
    const suffix = await get(path, { accept, range: 'bytes=-1' })
    expect([suffix.status, suffix.body]).toEqual([206, whole.body.subarray(-1)])
    const beyond = await get(path, { accept, range: `bytes=${size}-` })
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${size}`])
    expect((await get(path, { accept, range: `bytes=${'0'.repeat(30)}-0` })).status).toBe(206)
    const etag = whole.headers.get('etag') ?? ''
    expect((await get(path, { accept, range: 'bytes=0-0', 'if-range': etag })).status).toBe(206)
    expect((await get(path, { accept, range: 'bytes=0-0', 'if-range': '"other"' })).status).toBe(200)
    expect((await get(path, { accept, range: 'lines=0-0' })).status).toBe(200)
    const head = await get(path, { accept, range: 'bytes=0-0' }, 'HEAD')
    expect([head.status, head.headers.get('content-length'), head.headers.get('etag')]).toEqual([
      200,
      String(size),
      etag,
    ])
    expect((await get(path, { accept, 'if-none-match': etag })).status).toBe(304)
    expect((await get(path, { accept, 'if-match': '"other"' })).status).toBe(412)
  })
})

describe('§8.7.5 Accept', () => {
  const frame = (name: string) => `${instancePath(name)}/frames/1`
  const bulk = `${instancePath('native16')}/bulkdata/7FE00010`
  const multi = (type: string) => new RegExp(`^multipart/related; type="${type}"; boundary="[0-9a-f]+"$`)
  // biome-ignore format: a table, one row a line
  const table: readonly (readonly [string, string, string | undefined, RegExp | string | number])[] = [
    ['Cornerstone', frame('native16'), 'multipart/related; type=application/octet-stream; transfer-syntax=*', multi('application/octet-stream')],
    ['OHIF', frame('native16'), 'multipart/related; type="application/octet-stream"; transfer-syntax="*"', multi('application/octet-stream')],
    ['OHIF, asking for JPEG-LS', frame('jpegFrames'), 'multipart/related; type="image/jls"; transfer-syntax="1.2.840.10008.1.2.4.80"; transfer-syntax="*"', multi('image/jpeg')],
    ['dicomweb-client, a list', frame('jpegFrames'), 'multipart/related; type="image/jls"; transfer-syntax=1.2.840.10008.1.2.4.80, multipart/related; type="image/jpeg"; transfer-syntax=1.2.840.10008.1.2.4.50', multi('image/jpeg')],
    ['the type of one frame', frame('jpegFrames'), 'image/jpeg', 'image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.50'],
    ['image/*', frame('jpegFrames'), 'image/*', 'image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.50'],
    ['multipart/*', frame('jpegFrames'), 'multipart/*; transfer-syntax=*', multi('image/jpeg')],
    ['q', frame('jpegFrames'), 'image/jpeg;q=0.1, multipart/related; type=image/jpeg;q=0.9', multi('image/jpeg')],
    ['q=0', frame('native16'), 'application/octet-stream;q=0', 406],
    ['nothing for frames', frame('native16'), undefined, multi('application/octet-stream')],
    ['another type', frame('native16'), 'image/png', 406],
    ['another type, or anything', frame('native16'), 'image/png, */*;q=0.1', multi('application/octet-stream')],
    ['nothing for bulk data', bulk, undefined, 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1'],
    ['anything for bulk data', bulk, '*/*', 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1'],
    ['multipart bulk data', bulk, 'multipart/related; type="application/octet-stream"', multi('application/octet-stream')],
    ['dcmjs for instances', instancePath('native16'), 'multipart/related; type="application/dicom"', multi('application/dicom')],
    ['Weasis', instancePath('jpegFrames'), 'multipart/related;type="application/dicom";transfer-syntax=*', multi('application/dicom')],
    ['dicomweb-client (Python)', instancePath('jpegFrames'), 'multipart/related; type="application/dicom"', multi('application/dicom')],
    ['parameters within type', instancePath('native16'), 'multipart/related; type="application/dicom; transfer-syntax=*"', multi('application/dicom')],
    ['capitals', instancePath('native16'), 'Multipart/Related; Type="Application/DICOM"', multi('application/dicom')],
    ['Java', instancePath('native16'), 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', multi('application/dicom')],
    ['a query', `${frame('jpegFrames')}?accept=image/jpeg`, 'application/dicom', 'image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.50'],
    ['a query, unescaped', `${instancePath('odd')}/metadata?accept=application/dicom+json`, 'image/png', 'application/dicom+json'],
    ['a query that cannot be met, and a header that can', `${frame('jpegFrames')}?accept=image/png`, 'image/jpeg', 'image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.50'],
  ]
  it.each(table)('%s', async (_, path, accept, expected) => {
    // fetch sends */* where nothing is said.
    const answer = await raw(path, accept === undefined ? {} : { accept })
    if (typeof expected === 'number') expect(answer.status).toBe(expected)
    else if (typeof expected === 'string')
      expect([answer.status, answer.headers['content-type']]).toEqual([200, expected])
    else expect([answer.status, answer.headers['content-type']]).toEqual([200, expect.stringMatching(expected)])
  })

  it('several Accept fields are one list', async () => {
    const connection = await openRaw(archive.root)
    connection.write(
      `GET /dicom-web${frame('jpegFrames')} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: image/png\r\nAccept: image/jpeg\r\n\r\n`,
    )
    expect(parseRaw(await connection.end())).toMatchObject({
      status: 200,
      headers: { 'content-type': expect.stringMatching(/^image\/jpeg/) },
    })
  })

  it('keeps the envelope under 1,000 bytes and spells Content-Type as viewers compare it', async () => {
    const { body } = await raw(frame('jpegFrames'), { accept: octets })
    expect(body.toString('latin1')).toMatch(
      /^--[0-9a-f]+\r\nContent-Type: application\/octet-stream; transfer-syntax=1\.2\.840\.10008\.1\.2\.4\.50\r\n/,
    )
    expect(body.indexOf('\r\n\r\n')).toBeLessThan(1000)
  })
})

describe('headers of every answer', () => {
  const answers: readonly (readonly [string, string, string, number, Readonly<Record<string, string>>])[] = [
    ['success', 'GET', '/studies', 200, {}],
    ['nothing there', 'GET', '/studies/2.25.404/metadata', 404, {}],
    ['no such resource', 'GET', '/nothing', 404, {}],
    ['not acceptable', 'GET', instancePath('odd'), 406, { accept: 'text/html' }],
    ['a wrong method', 'PUT', '/studies', 405, {}],
    ['a preflight', 'OPTIONS', '/studies', 204, { 'access-control-request-method': 'GET' }],
  ]
  it.each(answers)('%s', async (_, method, path, status, more) => {
    const answer = await raw(path, { origin: 'https://viewer.example', ...more }, method)
    expect(answer.status).toBe(status)
    expectSafe(answer.headers)
  })

  it('a failure of the server', async () => {
    const broken = await startTestArchive({
      authorize: () => {
        throw new Error('secret')
      },
      reportBug: () => undefined,
    })
    try {
      const response = await fetch(`${broken.root}/studies/2.25.1`, { headers: { origin: 'https://viewer.example' } })
      expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining('secret')])
      expectSafe(Object.fromEntries(response.headers))
    } finally {
      await broken.close()
    }
  })

  function expectSafe(headers: Readonly<Record<string, string>>): void {
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': expect.stringMatching(/Content-Range.*ETag.*Warning/),
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    })
    expect(headers['x-powered-by']).toBeUndefined()
  }
})

describe('§8.9 capabilities', () => {
  it.each([
    [undefined, 'application/vnd.sun.wadl+xml'],
    ['application/vnd.sun.wadl+xml', 'application/vnd.sun.wadl+xml'],
    ['application/json', 'application/json'],
  ])('OPTIONS with Accept: %s', async (accept, type) => {
    for (const path of ['/', '/studies', instancePath('odd')]) {
      const answer = await raw(path, accept === undefined ? {} : { accept }, 'OPTIONS')
      expect([answer.status, answer.headers['content-type']]).toEqual([200, type])
      const text = answer.body.toString()
      if (type === 'application/json') expect(JSON.parse(text)).toHaveProperty('application')
      else expect(text).toMatch(/^<\?xml.*<application /s)
    }
  })
})

describe('partitions', () => {
  it('are archives of their own, whose URLs carry the prefix', async () => {
    const options: Partial<DicomwebOptions> = { partitions: ['default', 'p2'] }
    const two = await startTestArchive(options)
    const p2 = `${two.root}/partitions/p2`
    try {
      const [mine, theirs] = [1, 2].map((number) =>
        image('2.25.77', 'ExplicitVRLittleEndian', patternBytes(2000, number), {
          rows: 40,
          columns: 50,
          attributes: { [tags.PatientID]: one('LO', `P${number}`) },
        }),
      )
      expect((await postParts({ root: two.root }, dicomParts(mine ?? Buffer.alloc(0)))).status).toBe(200)
      const stored = await postParts({ root: p2 }, dicomParts(theirs ?? Buffer.alloc(0)))
      expect([stored.status, stored.headers.get('location')]).toEqual([200, `${p2}/studies/${study}`])
      for (const [root, patient, seed] of [
        [two.root, 'P1', 1],
        [p2, 'P2', 2],
      ] as const) {
        const [found = {}, ...more] = JSON.parse((await get(`${root}/studies`)).body.toString()) as Dataset[]
        expect([stringOf(found, tags.PatientID), more, stringOf(found, tags.RetrieveURL)]).toEqual([
          patient,
          [],
          `${root}/studies/${study}`,
        ])
        expect(numberOf(found, tags.NumberOfStudyRelatedInstances)).toBe(1)
        const [dataset = {}] = JSON.parse((await get(`${root}/studies/${study}/metadata`)).body.toString()) as Dataset[]
        const uri = dataset[tags.PixelData]?.BulkDataURI ?? ''
        expect(uri.startsWith(`${root}/studies`)).toBe(true)
        expect((await get(uri)).body).toEqual(patternBytes(2000, seed))
      }
      expect((await get(`${two.root}/partitions/p3/studies`)).status).toBe(404)
      expect((await get(`${p2}/studies/${study}`, {}, 'DELETE')).status).toBe(204)
      expect((await get(`${two.root}/studies/${study}/metadata`)).status).toBe(200)
    } finally {
      await two.close()
    }
  })
})
