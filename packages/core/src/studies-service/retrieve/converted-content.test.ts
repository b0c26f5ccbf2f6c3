import { randomBytes } from 'node:crypto'
import { expect, it } from '@jest/globals'
import {
  convertToExplicitVRLittleEndian,
  type Dataset,
  readPart10,
  sopClasses,
  tags,
  transferSyntaxes,
  writePart10Buffer,
} from '@sansfilm/dicom'
import type { ByteRange, StoredInstance } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import type { Content } from '../../http/content.ts'
import { convertedContent } from './converted-content.ts'

type Syntax = keyof typeof transferSyntaxes

const pixels = randomBytes(3_000_000)
const waveform = randomBytes(5001)
const dataset: Dataset = {
  [tags.SOPClassUID]: { vr: 'UI', Value: [sopClasses.CTImageStorage.uid] },
  [tags.SOPInstanceUID]: { vr: 'UI', Value: ['1.9'] },
  [tags.PatientName]: { vr: 'PN', Value: [{ Alphabetic: 'Range^Rita' }] },
  [tags.PixelRepresentation]: { vr: 'US', Value: [1] },
  [tags.SmallestImagePixelValue]: { vr: 'SS', Value: [-5] },
  '54000100': {
    vr: 'SQ',
    Value: [
      { '54001010': { vr: 'OB', BulkDataURI: 'waveform' } },
      { '54001010': { vr: 'OB', BulkDataURI: 'waveform' } },
    ],
  },
  [tags.PixelData]: { vr: 'OW', BulkDataURI: 'pixels' },
}

/** An instance, and a backend that says how many bytes of it were read. */
async function store(syntax: Syntax) {
  const object = writePart10Buffer({
    dataset,
    transferSyntax: transferSyntaxes[syntax],
    bulkData: (uri) => {
      const bytes = uri === 'pixels' ? pixels : waveform
      return { length: bytes.length, bytes: [bytes] }
    },
  })
  const { bulkData: ranges } = await readPart10([object])
  const stored = {
    transferSyntax: transferSyntaxes[syntax].uid,
    location: { key: syntax, offset: 0, length: object.length },
    digest: `digest of ${syntax}`,
  } as StoredInstance // no more of it is looked at
  let read = 0
  const cut = ({ offset, length }: ByteRange) => {
    read += length
    return object.subarray(offset, offset + length)
  }
  const backend = {
    index: { bulkData: async () => ({ stored, ranges: ranges.toReversed() }) },
    storage: {
      read: async (_: string, range: ByteRange) => cut(range),
      async get(_: string, range: ByteRange) {
        const bytes = cut(range)
        return (async function* () {
          for (let at = 0; at < bytes.length; at += 64_001) yield bytes.subarray(at, at + 64_001)
        })()
      },
    },
  } as unknown as Backend // a conversion uses no more of it
  const whole: Uint8Array[] = []
  for await (const chunk of convertToExplicitVRLittleEndian([object])) whole.push(Buffer.from(chunk))
  const takeRead = () => {
    const taken = read
    read = 0
    return taken
  }
  return {
    content: () => convertedContent(stored, transferSyntaxes.ExplicitVRLittleEndian.uid, backend),
    whole: Buffer.concat(whole),
    takeRead,
  }
}

async function bytesOf(content: Content, range?: ByteRange): Promise<Buffer> {
  const bytes = await content.read(range)
  if (bytes instanceof Uint8Array) return Buffer.from(bytes)
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

const syntaxes: readonly Syntax[] = ['ImplicitVRLittleEndian', 'ExplicitVRBigEndian', 'DeflatedExplicitVRLittleEndian']

it.each(syntaxes)('%s: every range is that of the whole', async (syntax) => {
  const { content, whole } = await store(syntax)
  expect(await content().measure?.()).toBe(whole.length)
  expect(content().length).toBe(whole.length)
  expect((await bytesOf(content())).equals(whole)).toBe(true)
  const pixelsAt = whole.length - pixels.length
  const ranges: ByteRange[] = [
    { offset: 0, length: whole.length },
    { offset: 0, length: 1 },
    { offset: pixelsAt - 1, length: 2 },
    { offset: pixelsAt, length: 1 },
    { offset: pixelsAt + 1, length: 8 },
    { offset: whole.length - 1, length: 1 },
    ...Array.from({ length: 40 }, (_, i) => ({ offset: Math.max(0, pixelsAt - 10_400 + i * 261), length: 1 + i * 37 })),
    ...Array.from({ length: 10 }, (_, i) => ({ offset: pixelsAt + i * 299_993, length: 70_000 + i })),
  ]
  for (const { offset, length } of ranges) {
    const got = await bytesOf(content(), { offset, length })
    expect([offset, got.equals(whole.subarray(offset, offset + length))]).toEqual([offset, true])
  }
})

it.each(['ImplicitVRLittleEndian', 'ExplicitVRBigEndian'] as const)(
  '%s: large values are read for what is sent of them alone',
  async (syntax) => {
    const { content, whole, takeRead } = await store(syntax)
    await content().measure?.()
    expect(takeRead()).toBeLessThan(2000)
    await bytesOf(content(), { offset: whole.length - 1001, length: 1000 })
    expect(takeRead()).toBeLessThan(4000)
  },
)
