import { describe, expect, test } from '@jest/globals'
import {
  type Dataset,
  decodeFrameSpan,
  frameBlockOf,
  type ParsedInstance,
  readPart10,
  sopClasses,
  stringOf,
  tags,
  transferSyntaxes,
  valuesOf,
  writePart10Buffer,
} from '@sansfilm/dicom'
import type { DerivedCache } from '../../adapters/index.ts'
import { retrieveBulkdata, retrieveFrames, retrieveInstances, retrievePixelData } from './index.ts'
import { fakeCodestream, fakeTranscoder } from './testing/fake-transcoder.ts'
import { createTestArchive, partsOf, type TestInstance } from './testing/test-archive.ts'

type Syntax = keyof typeof transferSyntaxes

const { ExplicitVRLittleEndian, JPEGBaseline8Bit, JPEG2000Lossless, JPEGLSLossless } = transferSyntaxes
const one = { series: '1.3', instance: '1.9' }
const uncompressed = `application/dicom; transfer-syntax=${ExplicitVRLittleEndian.uid}`
const jls = `application/dicom; transfer-syntax=${JPEGLSLossless.uid}`
const baseline = `application/dicom; transfer-syntax=${JPEGBaseline8Bit.uid}`

interface TestImage {
  readonly instance?: string
  readonly syntax?: Syntax
  /** The samples of each frame: five columns. */
  readonly frames: readonly string[]
  readonly attributes?: Dataset
}

const us = (value: number) => ({ vr: 'US', Value: [value] }) as const
const twelve = { [tags.BitsAllocated]: us(16), [tags.BitsStored]: us(12), [tags.HighBit]: us(11) } satisfies Dataset

/** An object as an archive has it, with everything that ingest finds out. */
async function image({
  instance = '1.9',
  syntax = 'JPEG2000Lossless',
  frames,
  attributes = {},
}: TestImage): Promise<TestInstance> {
  const transferSyntax = transferSyntaxes[syntax]
  const { encapsulated, uid } = transferSyntax
  const dataset: Dataset = {
    [tags.SOPClassUID]: { vr: 'UI', Value: [sopClasses.SecondaryCaptureImageStorage.uid] },
    [tags.SOPInstanceUID]: { vr: 'UI', Value: [instance] },
    [tags.ImageType]: { vr: 'CS', Value: ['ORIGINAL', 'PRIMARY'] },
    [tags.PatientName]: { vr: 'PN', Value: [{ Alphabetic: 'Trans^Cody' }] },
    [tags.NumberOfFrames]: { vr: 'IS', Value: [frames.length] },
    [tags.SamplesPerPixel]: us(1),
    [tags.PhotometricInterpretation]: { vr: 'CS', Value: ['MONOCHROME2'] },
    [tags.Rows]: us(1),
    [tags.Columns]: us(5),
    [tags.BitsAllocated]: us(8),
    [tags.BitsStored]: us(8),
    [tags.HighBit]: us(7),
    [tags.PixelRepresentation]: us(0),
    [tags.PixelData]: { vr: 'OB', BulkDataURI: 'pixels' },
    ...attributes,
  }
  const whole = Buffer.from(frames.join(''))
  const bytes = writePart10Buffer({
    dataset,
    transferSyntax,
    bulkData: () =>
      encapsulated ? { frames: frames.map((samples) => [source(fakeCodestream(uid, samples))]) } : source(whole),
  })
  const parsed = await readPart10([bytes])
  return {
    instance,
    syntax,
    sopClass: sopClasses.SecondaryCaptureImageStorage.uid,
    bytes,
    dataset: parsed.dataset,
    bulkData: parsed.bulkData,
    ...(parsed.pixelData !== undefined && { pixelData: parsed.pixelData }),
    ...(encapsulated && { spans: spansOf(parsed) }),
  }
}

function source(bytes: Buffer) {
  return { length: bytes.length, bytes: [bytes] }
}

function spansOf({ pixelData, frameBlocks }: ParsedInstance) {
  return Array.from({ length: pixelData?.frames ?? 0 }, (_, i) => {
    const { block, index } = frameBlockOf(i + 1)
    const span = decodeFrameSpan(frameBlocks[block] ?? new Uint8Array(), index)
    if (span === undefined) throw new Error('no span')
    return span
  })
}

async function archiveOf(instances: readonly TestInstance[], derivedCache?: DerivedCache) {
  const fake = fakeTranscoder()
  const { transcoder } = fake
  const archive = await createTestArchive(instances, true, { transcoder, ...(derivedCache && { derivedCache }) })
  return { ...archive, fake }
}

/** What is kept, in memory. */
function memoryCache(): DerivedCache & { readonly kept: Map<string, Uint8Array> } {
  const kept = new Map<string, Uint8Array>()
  return { kept, get: async (key) => kept.get(key), put: async (key, bytes) => void kept.set(key, bytes) }
}

/** One that calls every entry long, and says whose bytes were taken whole. Once `lose` is called, entries are found but gone. */
function pieceCache() {
  const { kept, put } = memoryCache()
  const whole: string[] = []
  let lost = false
  const cache: DerivedCache = {
    put,
    async get(key) {
      whole.push(key)
      return lost ? undefined : kept.get(key)
    },
    async find(key) {
      const bytes = kept.get(key)
      if (bytes === undefined) return undefined
      return {
        length: bytes.length,
        async read({ offset, length } = { offset: 0, length: bytes.length }) {
          return lost ? undefined : onePieceAByte(bytes.subarray(offset, offset + length))
        },
      }
    },
  }
  return { ...cache, whole, lose: () => (lost = true) }
}

async function* onePieceAByte(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at++) yield bytes.subarray(at, at + 1)
}

/** Every file gets samples of its own: lengths and failures are remembered by digest. */
let seed = 0
const fresh = (): string => String(++seed).padStart(4, '0')

/** The fragments of encapsulated pixel data, the offset table first. */
function fragmentsOf(bytes: Buffer, { pixelData }: ParsedInstance): Buffer[] {
  const fragments: Buffer[] = []
  const { offset = 0, length = 0 } = pixelData ?? {}
  for (let at = offset; at < offset + length; ) {
    const size = bytes.readUInt32LE(at + 4)
    fragments.push(bytes.subarray(at + 8, at + 8 + size))
    at += 8 + size
  }
  return fragments
}

describe('one instance', () => {
  test('compressed becomes uncompressed, with the same identity, its length known, in ranges too', async () => {
    const samples = [`a${fresh()}`, `b${fresh()}`, `c${fresh()}`]
    const rct = { [tags.PhotometricInterpretation]: { vr: 'CS', Value: ['YBR_RCT'] } } satisfies Dataset
    const stored = await image({ frames: samples, attributes: rct })
    const { retrieve } = await archiveOf([stored])
    const answer = await retrieve(retrieveInstances, one, { accept: uncompressed })
    expect(answer.headers).toMatchObject({ 'content-type': uncompressed, 'content-length': String(answer.body.length) })
    const read = await readPart10([answer.body])
    expect(read.warnings).toEqual([])
    expect(read.fileMetaInformation[tags.MediaStorageSOPInstanceUID]?.Value).toEqual(['1.9'])
    expect(read.pixelData).toMatchObject({ encapsulated: false, frames: 3, length: 16 })
    const { offset = 0 } = read.pixelData ?? {}
    expect(answer.body.subarray(offset, offset + 16).toString()).toBe(`${samples.join('')}\0`)
    const rgb = { [tags.PhotometricInterpretation]: { vr: 'CS', Value: ['RGB'] } }
    const { [tags.PixelData]: _, ...before } = stored.dataset ?? {}
    const { [tags.PixelData]: __, ...after } = read.dataset
    expect(after).toEqual({ ...before, ...rgb })
    for (const [first, last] of [
      [0, 9],
      [150, offset + 3],
      [offset + 4, offset + 12],
      [offset - 20, answer.body.length - 1],
    ] as const) {
      const ranged = await retrieve(retrieveInstances, one, { accept: uncompressed, range: `bytes=${first}-${last}` })
      expect([ranged.status, ranged.body.equals(answer.body.subarray(first, last + 1))]).toEqual([206, true])
    }
    const head = await retrieve(retrieveInstances, one, { accept: uncompressed }, 'HEAD')
    expect([head.headers['content-length'], head.body.length]).toEqual([String(answer.body.length), 0])
    expect(head.headers.etag).toBe(answer.headers.etag)
  })

  test('native becomes fragments of even length behind a table of their offsets', async () => {
    const samples = [`a${fresh()}`, `b${fresh()}`]
    const { retrieve } = await archiveOf([await image({ syntax: 'ExplicitVRLittleEndian', frames: samples })])
    const { body, headers } = await retrieve(retrieveInstances, one, { accept: jls })
    expect(headers['content-length']).toBe(String(body.length))
    const read = await readPart10([body])
    expect([read.transferSyntax, read.warnings]).toEqual([JPEGLSLossless, []])
    const codestreams = samples.map((each) => fakeCodestream(JPEGLSLossless.uid, each))
    const padded = codestreams.map((bytes) => Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)]))
    const table = Buffer.alloc(8)
    table.writeUInt32LE(8 + (padded[0]?.length ?? 0), 4)
    expect(fragmentsOf(body, read)).toEqual([table, ...padded])
    expect(stringOf(read.dataset, tags.SOPInstanceUID)).toBe('1.9')
    expect(valuesOf(read.dataset, tags.LossyImageCompression)).toEqual([])
  })

  test('compressed with loss is a new image, always the same one, that tells where it comes from', async () => {
    const frames = [`a${fresh()}`]
    const { retrieve } = await archiveOf([await image({ frames })])
    const answer = await retrieve(retrieveInstances, one, { accept: baseline })
    const { dataset, fileMetaInformation, transferSyntax } = await readPart10([answer.body])
    expect(transferSyntax).toBe(JPEGBaseline8Bit)
    const uid = stringOf(dataset, tags.SOPInstanceUID)
    expect(uid).toMatch(/^2\.25\.\d+$/)
    expect(fileMetaInformation[tags.MediaStorageSOPInstanceUID]?.Value).toEqual([uid])
    const codestream = fakeCodestream(JPEGBaseline8Bit.uid, frames[0] ?? '')
    expect(dataset).toMatchObject({
      [tags.ImageType]: { Value: ['DERIVED', 'PRIMARY'] },
      [tags.LossyImageCompression]: { Value: ['01'] },
      [tags.LossyImageCompressionRatio]: { Value: [Number((5 / codestream.length).toFixed(2))] },
      [tags.LossyImageCompressionMethod]: { Value: ['ISO_10918_1'] },
      [tags.DerivationDescription]: { Value: [expect.stringContaining('loss')] },
      [tags.DerivationCodeSequence]: { Value: [{ [tags.CodeValue]: { Value: ['113040'] } }] },
      [tags.SourceImageSequence]: {
        Value: [
          {
            [tags.ReferencedSOPInstanceUID]: { Value: ['1.9'] },
            [tags.PurposeOfReferenceCodeSequence]: { Value: [{ [tags.CodeValue]: { Value: ['121320'] } }] },
          },
        ],
      },
    })
    const again = await retrieve(retrieveInstances, one, { accept: baseline })
    expect(again.body.equals(answer.body)).toBe(true)
  })

  test('without a named transfer syntax it is uncompressed; lossless pixels never become lossy by a wild card', async () => {
    const { retrieve } = await archiveOf([await image({ frames: [`a${fresh()}`] })])
    const typeOf = async (accept: string) =>
      (await retrieve(retrieveInstances, one, { accept })).headers['content-type']
    expect(await typeOf('application/dicom')).toBe(uncompressed)
    expect(await typeOf('application/dicom; transfer-syntax=*')).toContain(JPEG2000Lossless.uid)
  })

  test('pixels that the transfer syntax cannot hold are not acceptable in it', async () => {
    const { retrieve } = await archiveOf([await image({ frames: [`a${fresh()}12345`], attributes: twelve })])
    await expect(retrieve(retrieveInstances, one, { accept: baseline })).rejects.toMatchObject({
      code: 'not-acceptable',
    })
    const both = `${baseline}, ${jls}; q=0.1`
    expect((await retrieve(retrieveInstances, one, { accept: both })).headers['content-type']).toBe(jls)
  })

  test('what is damaged is refused with the reason where it is named, and sent as it is stored where it is not', async () => {
    const stored = await image({ frames: [`!${fresh()}`] })
    const { retrieve } = await archiveOf([stored])
    for (let times = 0; times < 2; times++) {
      await expect(retrieve(retrieveInstances, one, { accept: uncompressed })).rejects.toMatchObject({
        code: 'damaged',
      })
      expect((await retrieve(retrieveInstances, one, { accept: 'application/dicom' })).body).toEqual(stored.bytes)
    }
  })

  test('a frame in the middle that is damaged is known before anything is sent of a short image', async () => {
    const stored = await image({ frames: [`a${fresh()}`, `b${fresh()}`, `!${fresh()}`] })
    const { retrieve } = await archiveOf([stored])
    const ask = (accept: string) => retrieve(retrieveInstances, one, { accept })
    expect((await ask('application/dicom')).body).toEqual(stored.bytes)
    await expect(ask(uncompressed)).rejects.toMatchObject({ code: 'damaged' })
  })

  test('of a long image it breaks off once, and is known from then on', async () => {
    // More frames than are made at a time; of odd length, so that the fake codestream needs no padding.
    const [rows, columns] = [121, 65_535]
    const frames = [...'abcde!'].map((first) => `${first}${fresh()}`.padEnd(rows * columns))
    const stored = await image({ frames, attributes: { [tags.Rows]: us(rows), [tags.Columns]: us(columns) } })
    const { retrieve } = await archiveOf([stored])
    const ask = () => retrieve(retrieveInstances, one, { accept: 'application/dicom' })
    await expect(ask()).rejects.toMatchObject({ code: 'damaged' })
    expect((await ask()).body.equals(stored.bytes)).toBe(true)
  })

  test('without pixel data no codec is needed, and nothing is to be compressed', async () => {
    const report = await image({ frames: [], attributes: {} })
    const { [tags.PixelData]: _, ...dataset } = report.dataset ?? {}
    const stored = { dataset, transferSyntax: JPEG2000Lossless }
    const { bulkData: __, pixelData: ___, spans: ____, ...rest } = report
    const { retrieve } = await archiveOf([{ ...rest, dataset, bytes: writePart10Buffer(stored) }])
    const { body } = await retrieve(retrieveInstances, one, { accept: uncompressed })
    expect(body).toEqual(writePart10Buffer({ dataset, transferSyntax: ExplicitVRLittleEndian }))
    await expect(retrieve(retrieveInstances, one, { accept: jls })).rejects.toMatchObject({ code: 'not-acceptable' })
  })
})

describe('a series', () => {
  const series = { series: '1.3' }
  const related = (syntax: string) => `multipart/related; type="application/dicom"; transfer-syntax=${syntax}`

  test('every part in the best form for it, what is damaged as it is stored', async () => {
    const damaged = await image({ instance: '1.10', frames: [`!${fresh()}`] })
    const instances = [
      await image({ instance: '1.9', frames: [`a${fresh()}`] }),
      damaged,
      await image({ instance: '1.11', syntax: 'ExplicitVRLittleEndian', frames: [`c${fresh()}`] }),
      await image({ instance: '1.12', frames: [`d${fresh()}`] }),
    ]
    const { retrieve } = await archiveOf(instances)
    const answer = await retrieve(retrieveInstances, series, { accept: related(ExplicitVRLittleEndian.uid) })
    expect(answer.status).toBe(200)
    const parts = partsOf(answer)
    const syntaxes = parts.map(({ head }) => /transfer-syntax=(\S+)/.exec(head)?.[1])
    const { uid } = ExplicitVRLittleEndian
    expect(syntaxes).toEqual([uid, JPEG2000Lossless.uid, uid, uid])
    expect(parts[1]?.bytes).toEqual(Buffer.from(damaged.bytes))
    for (const { head, bytes } of parts) expect(head).toContain(`Content-Length: ${bytes.length}\r\n`)
  })

  test('what cannot be had in the transfer syntax that is named is left out, and the answer says so', async () => {
    const instances = [
      await image({ instance: '1.9', frames: [`a${fresh()}`] }),
      await image({ instance: '1.10', frames: [`b${fresh()}67890`], attributes: twelve }),
    ]
    const { retrieve } = await archiveOf(instances)
    const answer = await retrieve(retrieveInstances, series, { accept: related(JPEGBaseline8Bit.uid) })
    expect([answer.status, partsOf(answer).length]).toEqual([206, 1])
    expect(answer.headers.warning).toContain('1 of 2 instances')
  })

  test('a few instances are worked on at a time', async () => {
    const instances: TestInstance[] = []
    for (let n = 0; n < 9; n++) instances.push(await image({ instance: `1.${n + 20}`, frames: [`a${fresh()}`] }))
    const { retrieve, fake } = await archiveOf(instances)
    const answer = await retrieve(retrieveInstances, series, { accept: related(ExplicitVRLittleEndian.uid) })
    expect(partsOf(answer)).toHaveLength(9)
    expect(fake.mostAtOnce()).toBe(3)
  })
})

describe('frames', () => {
  const octets = `application/octet-stream; transfer-syntax=${ExplicitVRLittleEndian.uid}`
  const many = `multipart/related; type="application/octet-stream"; transfer-syntax=${ExplicitVRLittleEndian.uid}`

  test('frame n alone is decoded, once for all who ask, and kept', async () => {
    const samples = Array.from({ length: 5 }, () => `f${fresh()}`)
    const cache = memoryCache()
    const { retrieve, fake } = await archiveOf([await image({ frames: samples })], cache)
    const third = { ...one, frames: '3' }
    const answers = await Promise.all([1, 2, 3].map(() => retrieve(retrieveFrames, third, { accept: octets })))
    expect(answers.map(({ body }) => body.toString())).toEqual(Array(3).fill(samples[2]))
    expect(answers[0]?.headers).toMatchObject({ 'content-type': octets, 'content-length': '5' })
    expect(fake.decoded).toEqual([samples[2]])
    expect(cache.kept.size).toBe(1)
    const part = await retrieve(retrieveFrames, third, { accept: octets, range: 'bytes=1-2' })
    expect(part.body.toString()).toBe(samples[2]?.slice(1, 3))
    expect(fake.decoded).toHaveLength(1)
  })

  test('what is kept and long is read piece by piece, in ranges too, and made again where it has gone', async () => {
    const samples = Array.from({ length: 3 }, () => `f${fresh()}`)
    const cache = pieceCache()
    const { retrieve, fake } = await archiveOf([await image({ frames: samples })], cache)
    // Never the same list twice, since short payloads are kept in memory too.
    const ask = async (frames: string) => {
      const answer = await retrieve(retrieveFrames, { ...one, frames }, { accept: many })
      return partsOf(answer).map(({ bytes }) => bytes.toString())
    }
    expect(await ask('1,2,3')).toEqual(samples)
    cache.whole.length = 0
    expect(await ask('3,2,1')).toEqual(samples.toReversed())
    const ranged = await retrieve(retrieveFrames, { ...one, frames: '2' }, { accept: octets, range: 'bytes=1-3' })
    expect(ranged.body.toString()).toBe(samples[1]?.slice(1, 4))
    const instance = await retrieve(retrieveInstances, one, { accept: uncompressed })
    expect(instance.body.includes(samples.join(''))).toBe(true)
    expect([cache.whole, fake.decoded]).toEqual([[], samples])
    cache.lose()
    expect(await ask('1,3')).toEqual([samples[0], samples[2]])
    expect(fake.decoded).toEqual([...samples, samples[0], samples[2]])
  })

  test('a list in the order asked, each named for what it is, a few at a time', async () => {
    const samples = Array.from({ length: 9 }, () => `f${fresh()}`)
    const { retrieve, fake } = await archiveOf([await image({ frames: samples })])
    const list = [9, 8, 1, 2, 3, 4, 5, 6, 7]
    const answer = await retrieve(retrieveFrames, { ...one, frames: list.join() }, { accept: many })
    expect(partsOf(answer).map(({ bytes }) => bytes.toString())).toEqual(list.map((n) => samples[n - 1]))
    expect(answer.headers['content-length']).toBe(String(answer.body.length))
    expect(partsOf(answer)[0]?.head).toContain(`Content-Type: ${octets}\r\n`)
    expect(fake.mostAtOnce()).toBe(4)
    const jpegLs = `multipart/related; type="image/jls"`
    const encoded = await retrieve(retrieveFrames, { ...one, frames: '2,1' }, { accept: jpegLs })
    expect(partsOf(encoded)[0]?.head).toContain(`Content-Type: image/jls; transfer-syntax=${JPEGLSLossless.uid}\r\n`)
    expect(partsOf(encoded).map(({ bytes }) => bytes)).toEqual(
      [1, 0].map((i) => fakeCodestream(JPEGLSLossless.uid, samples[i] ?? '')),
    )
    const rest = await retrieve(retrieveFrames, { ...one, frames: '2,1' }, { accept: jpegLs, range: 'bytes=100-' })
    expect([rest.status, rest.body.equals(encoded.body.subarray(100))]).toEqual([206, true])
  })

  test('work ends when the client has gone', async () => {
    const { retrieve, fake } = await archiveOf([await image({ frames: [`a${fresh()}`] })])
    const { promise, resolve } = Promise.withResolvers<void>()
    fake.hold(promise)
    const gone = new AbortController()
    const asked = retrieve(retrieveFrames, { ...one, frames: '1' }, { accept: octets }, 'GET', '', gone.signal)
    const failed = expect(asked).rejects.toThrow('left')
    await new Promise((each) => setTimeout(each, 20))
    gone.abort(new Error('left'))
    await failed
    resolve()
    await new Promise((each) => setTimeout(each, 5))
    expect(fake.signals.map((signal) => signal?.aborted)).toEqual([true])
    expect(fake.decoded).toEqual([])
  })

  test('a frame that would fill the memory is refused before it is read', async () => {
    const large = { [tags.Rows]: us(65_535), [tags.Columns]: us(65_535) } satisfies Dataset
    const stored = await image({ syntax: 'ExplicitVRLittleEndian', frames: [`a${fresh()}`], attributes: large })
    const length = 65_535 * 65_535
    const pixelData = { ...stored.pixelData, length, frames: 1, frameBits: length * 8 }
    const archive = await archiveOf([{ ...stored, pixelData }])
    const asked = archive.retrieve(retrieveFrames, { ...one, frames: '1' }, { accept: 'image/jls' })
    await expect(asked).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining(String(length)) })
    expect(archive.calls).not.toContain('read')
    expect(archive.calls).not.toContain('get')
  })

  test('what is damaged is sent as it is stored to who takes that too, at the first request and later', async () => {
    const ohif = 'multipart/related; type="image/jls"; transfer-syntax="1.2.840.10008.1.2.4.80"; transfer-syntax="*"'
    for (const [transaction, target] of [
      [retrieveFrames, { ...one, frames: '1' }],
      [retrievePixelData, one],
    ] as const) {
      const damaged = `!${fresh()}`
      const { retrieve } = await archiveOf([await image({ frames: [damaged] })])
      for (let times = 0; times < 2; times++) {
        const [part] = partsOf(await retrieve(transaction, target, { accept: ohif }))
        expect(part?.head).toContain(`Content-Type: image/jp2; transfer-syntax=${JPEG2000Lossless.uid}\r\n`)
        expect(part?.bytes).toEqual(fakeCodestream(JPEG2000Lossless.uid, damaged))
      }
    }
  })

  test('what is damaged has a reason before the first byte', async () => {
    const { retrieve } = await archiveOf([await image({ frames: [`!${fresh()}`, `b${fresh()}`] })])
    await expect(retrieve(retrieveFrames, { ...one, frames: '1,2' }, { accept: many })).rejects.toMatchObject({
      code: 'damaged',
    })
  })
})

describe('pixel data', () => {
  test('uncompressed it is one representation of all frames, compressed one for each', async () => {
    const samples = [`a${fresh()}`, `b${fresh()}`]
    const { retrieve } = await archiveOf([await image({ frames: samples })])
    const whole = await retrieve(retrievePixelData, one, { accept: 'application/octet-stream' })
    expect(whole.body.toString()).toBe(samples.join(''))
    expect(whole.headers['content-length']).toBe('10')
    const ranged = await retrieve(retrievePixelData, one, { accept: 'application/octet-stream', range: 'bytes=4-6' })
    expect(ranged.body.toString()).toBe(samples.join('').slice(4, 7))
    const named = { ...one, bulkdata: tags.PixelData }
    const encoded = await retrieve(retrieveBulkdata, named, { accept: 'multipart/related; type="image/jls"' })
    expect(partsOf(encoded).map(({ bytes }) => bytes)).toEqual(
      samples.map((each) => fakeCodestream(JPEGLSLossless.uid, each)),
    )
  })

  test('native pixel data of one frame as a codestream', async () => {
    const samples = `a${fresh()}`
    const { retrieve } = await archiveOf([await image({ syntax: 'ExplicitVRLittleEndian', frames: [samples] })])
    const { body, headers } = await retrieve(retrievePixelData, one, { accept: 'image/jls' })
    expect(headers['content-type']).toBe(`image/jls; transfer-syntax=${JPEGLSLossless.uid}`)
    expect(body).toEqual(fakeCodestream(JPEGLSLossless.uid, samples))
    const native = await retrieve(retrievePixelData, one, { accept: '*/*' })
    expect(native.body.toString()).toBe(`${samples}\0`)
  })

  test('of a series, whatever each is stored in', async () => {
    const samples = [`a${fresh()}`, `b${fresh()}`, `!${fresh()}`]
    const instances = [
      await image({ instance: '1.9', frames: samples.slice(0, 1) }),
      await image({ instance: '1.10', syntax: 'ExplicitVRLittleEndian', frames: samples.slice(1, 2) }),
      await image({ instance: '1.11', frames: samples.slice(2) }),
    ]
    const { retrieve } = await archiveOf(instances)
    const answer = await retrieve(
      retrievePixelData,
      { series: '1.3' },
      { accept: 'multipart/related; type="application/octet-stream"' },
    )
    expect(answer.status).toBe(200)
    // The second is native and a value as it stands, padding too; the last does not decode, and is sent as it is stored.
    const stored = fakeCodestream(JPEG2000Lossless.uid, samples[2] ?? '')
    expect(partsOf(answer).map(({ bytes }) => bytes.toString())).toEqual([
      samples[0],
      `${samples[1]}\0`,
      stored.toString(),
    ])
    expect(partsOf(answer)[2]?.head).toContain('Content-Type: image/jp2;')
  })
})

describe('an icon that is compressed', () => {
  const iconItem: Dataset = {
    [tags.SamplesPerPixel]: us(1),
    [tags.PhotometricInterpretation]: { vr: 'CS', Value: ['MONOCHROME2'] },
    [tags.Rows]: us(1),
    [tags.Columns]: us(5),
    [tags.BitsAllocated]: us(8),
    [tags.BitsStored]: us(8),
    [tags.HighBit]: us(7),
    [tags.PixelRepresentation]: us(0),
  }

  /** The object with fragments in its icon, which no writer of ours makes. */
  async function withIcon(samples: string): Promise<TestInstance> {
    const made = await image({
      frames: ['hello'],
      attributes: { [tags.IconImageSequence]: { vr: 'SQ', Value: [iconItem] } },
    })
    const bytes = Buffer.from(made.bytes ?? [])
    const codestream = fakeCodestream(JPEG2000Lossless.uid, samples)
    const length = Buffer.alloc(4)
    length.writeUInt32LE(codestream.length)
    const pixels = Buffer.concat([
      Buffer.from('e07f10004f420000fffffffffeff00e000000000feff00e0', 'hex'),
      length,
      codestream,
      Buffer.from('feffdde000000000', 'hex'),
    ])
    const itemEnd = Buffer.from('feff0de000000000', 'hex')
    const at = bytes.indexOf(itemEnd, bytes.indexOf(Buffer.from('880000025351', 'hex')))
    const whole = Buffer.concat([bytes.subarray(0, at), pixels, bytes.subarray(at)])
    const parsed = await readPart10([whole])
    return {
      ...made,
      bytes: whole,
      dataset: parsed.dataset,
      bulkData: parsed.bulkData,
      ...(parsed.pixelData !== undefined && { pixelData: parsed.pixelData }),
      spans: spansOf(parsed),
    }
  }

  test.each([uncompressed, jls])('is native in %s, at every range', async (accept) => {
    const archive = await archiveOf([await withIcon('icons')])
    const answer = await archive.retrieve(retrieveInstances, one, { accept })
    expect(answer.status).toBe(200)
    const { dataset } = await readPart10([answer.body])
    const [icon] = valuesOf(dataset, tags.IconImageSequence) as readonly Dataset[] // a sequence
    expect(icon).toMatchObject({
      ...iconItem,
      [tags.PixelData]: { InlineBinary: Buffer.from('icons\0').toString('base64') },
    })
    const middle = Math.floor(answer.body.length / 2)
    const part = await archive.retrieve(retrieveInstances, one, { accept, range: `bytes=${middle}-` })
    expect(part.body).toEqual(answer.body.subarray(middle))
  })

  test('is left out where it is damaged', async () => {
    const archive = await archiveOf([await withIcon('!cons')])
    const answer = await archive.retrieve(retrieveInstances, one, { accept: uncompressed })
    const { dataset } = await readPart10([answer.body])
    expect(valuesOf(dataset, tags.IconImageSequence)).toEqual([])
    expect(stringOf(dataset, tags.SOPInstanceUID)).toBe('1.9')
  })
})
