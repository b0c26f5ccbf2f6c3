import { describe, expect, test } from '@jest/globals'
import type { Dataset } from '../dataset.ts'
import { DatasetError } from '../dataset-error.ts'
import { tags } from '../dictionary/dictionary.ts'
import { decodeFrameSpan } from '../pixel-data/frame-table.ts'
import { type TransferSyntax, transferSyntaxes } from '../transfer-syntax.ts'
import { implementation } from './implementation.ts'
import { readPart10 } from './read.ts'
import { part10Length, type WritePart10Options, writePart10, writePart10Buffer } from './write.ts'

const identity: Dataset = {
  [tags.SOPClassUID]: { vr: 'UI', Value: ['1.2.3'] },
  [tags.SOPInstanceUID]: { vr: 'UI', Value: ['1.2.3.4'] },
}

const rich: Dataset = {
  // Out of order on purpose.
  [tags.PixelRepresentation]: { vr: 'US', Value: [1] },
  ...identity,
  [tags.ImageType]: { vr: 'CS', Value: ['ORIGINAL', null, 'X'] },
  [tags.PatientName]: { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane', Phonetic: 'do' }] },
  [tags.PatientID]: { vr: 'LO' },
  '00081140': { vr: 'SQ', Value: [{ [tags.ReferencedSOPInstanceUID]: { vr: 'UI', Value: ['1.2'] } }, {}] },
  '00081120': { vr: 'SQ' },
  [tags.SmallestImagePixelValue]: { vr: 'SS', Value: [-7] },
  [tags.PixelSpacing]: { vr: 'DS', Value: [0.5, 1e-12] },
  '00189073': { vr: 'FD', Value: [0.1, 'NaN', '-inf'] },
  '00041504': { vr: 'UL', Value: [4_000_000_000] },
  '00280009': { vr: 'AT', Value: ['00181063'] },
  '00091001': { vr: 'UN', InlineBinary: Buffer.of(1, 2).toString('base64') },
  '00282000': { vr: 'OB', InlineBinary: Buffer.of(1, 2, 3, 4).toString('base64') },
  '60003000': { vr: 'OW', InlineBinary: Buffer.of(1, 2, 3, 4).toString('base64') },
}

const native = [
  transferSyntaxes.ImplicitVRLittleEndian,
  transferSyntaxes.ExplicitVRLittleEndian,
  transferSyntaxes.ExplicitVRBigEndian,
  transferSyntaxes.DeflatedExplicitVRLittleEndian,
]

async function collect(options: WritePart10Options): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of writePart10(options)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe.each(native.map((syntax) => [syntax.name, syntax] as const))('%s', (_, transferSyntax) => {
  test('tags ascend, those that JavaScript takes for array indices too', () => {
    const bytes = writePart10Buffer({ dataset: rich, transferSyntax: { ...transferSyntax, deflated: false } })
    const overlay = Buffer.from(transferSyntax.bigEndian ? '60003000' : '00600030', 'hex')
    const profile = Buffer.from(transferSyntax.bigEndian ? '00282000' : '28000020', 'hex')
    expect(bytes.indexOf(overlay)).toBeGreaterThan(bytes.indexOf(profile))
  })

  test('what is written is read again', async () => {
    const { dataset, warnings } = await readPart10([writePart10Buffer({ dataset: rich, transferSyntax })])
    const { '00282000': profile, '00091001': unknown, ...rest } = rich
    expect(dataset).toMatchObject(rest)
    expect(dataset['00282000']?.InlineBinary).toBe(profile?.InlineBinary)
    expect(dataset['00091001']?.InlineBinary).toBe(unknown?.InlineBinary)
    expect(Object.keys(dataset).sort()).toEqual(Object.keys(rich).sort())
    expect(warnings).toEqual([])
  })

  test('streamed bytes are those written at once, and their number is known before', async () => {
    const options = { dataset: rich, transferSyntax }
    const bytes = writePart10Buffer(options)
    expect((await collect(options)).equals(bytes)).toBe(true)
    expect(part10Length(options)).toBe(transferSyntax.deflated ? undefined : bytes.length)
    expect(bytes.length % 2).toBe(0)
  })

  test('bulk data comes in chunks that cut its words', async () => {
    const words = Buffer.from('0102030405060708', 'hex')
    const options = {
      dataset: { ...identity, [tags.PixelData]: { vr: 'OW', BulkDataURI: 'x' } } satisfies Dataset,
      transferSyntax,
      bulkData: () => ({ length: 8, bytes: [words.subarray(0, 3), words.subarray(3, 4), words.subarray(4)] }),
    }
    const bytes = await collect(options)
    expect(bytes.equals(writePart10Buffer(options))).toBe(true)
    if (transferSyntax.deflated) return
    expect(bytes.subarray(-8).toString('hex')).toBe(
      transferSyntax.bigEndian ? '0201040306050807' : words.toString('hex'),
    )
  })
})

const explicit = transferSyntaxes.ExplicitVRLittleEndian

test('file meta information names the data set, the syntax and the writer, and keeps the rest', async () => {
  const bytes = writePart10Buffer({
    dataset: identity,
    fileMetaInformation: {
      [tags.SourceApplicationEntityTitle]: { vr: 'AE', Value: ['SENDER'] },
      [tags.TransferSyntaxUID]: { vr: 'UI', Value: ['1.2.9'] },
    },
    transferSyntax: explicit,
  })
  const { fileMetaInformation, warnings } = await readPart10([bytes])
  expect(warnings).toEqual([]) // the group length is right, too
  expect(fileMetaInformation).toMatchObject({
    [tags.MediaStorageSOPInstanceUID]: { Value: ['1.2.3.4'] },
    [tags.TransferSyntaxUID]: { Value: [explicit.uid] },
    [tags.ImplementationClassUID]: { Value: [implementation.classUid] },
    [tags.ImplementationVersionName]: { Value: [implementation.versionName] },
    [tags.SourceApplicationEntityTitle]: { Value: ['SENDER'] },
  })
})

test('text is in UTF-8 and says so once, only where it must', async () => {
  const nested = {
    [tags.SpecificCharacterSet]: { vr: 'CS', Value: ['ISO_IR 100'] },
    [tags.CodeMeaning]: { vr: 'LO', Value: ['ü'] },
  }
  const read = async (dataset: Dataset) =>
    (await readPart10([writePart10Buffer({ dataset, transferSyntax: explicit })])).dataset
  const wide = await read({ ...identity, '00081140': { vr: 'SQ', Value: [nested as Dataset] } })
  expect(wide[tags.SpecificCharacterSet]?.Value).toEqual(['ISO_IR 192'])
  expect(wide['00081140']?.Value).toEqual([{ [tags.CodeMeaning]: { vr: 'LO', Value: ['ü'] } }])
  expect(await read(identity)).not.toHaveProperty(tags.SpecificCharacterSet)
})

test('a value too long for its VR is written as UN, and read as what it is', async () => {
  const text = 'a'.repeat(70_000)
  const bytes = writePart10Buffer({
    dataset: { ...identity, '00104000': { vr: 'LT', Value: [text] } },
    transferSyntax: explicit,
  })
  expect(bytes.includes(Buffer.from('10000040554e0000', 'hex'))).toBe(true)
  expect((await readPart10([bytes])).dataset['00104000']).toEqual({ vr: 'LT', Value: [text] })
})

describe('encapsulated Pixel Data', () => {
  const jpeg: TransferSyntax = transferSyntaxes.JPEGBaseline8Bit
  const dataset: Dataset = {
    ...identity,
    [tags.NumberOfFrames]: { vr: 'IS', Value: [2] },
    [tags.PixelData]: { vr: 'OB', BulkDataURI: 'x' },
  }
  const fragment = (...bytes: number[]) => ({ length: bytes.length, bytes: [Uint8Array.from(bytes)] })

  test('fragments are padded, and the offset table leads to each frame', async () => {
    const frames = [[fragment(1, 2, 3), fragment(4, 5)], [fragment(6)]]
    const bytes = writePart10Buffer({ dataset, transferSyntax: jpeg, bulkData: () => ({ frames }) })
    const { pixelData, frameBlocks } = await readPart10([bytes])
    expect(pixelData?.frames).toBe(2)
    const spans = [0, 1].map((frame) => decodeFrameSpan(frameBlocks[0] as Uint8Array, frame)) // two frames are there
    const hex = spans.map((span) =>
      bytes.subarray(span?.offset, (span?.offset ?? 0) + (span?.length ?? 0)).toString('hex'),
    )
    expect(hex).toEqual([`01020300feff00e0020000000405`, '0600'])
  })

  test('a pad after the marker that ends a codestream is noted, however the bytes come', async () => {
    const frames = [
      [fragment(1, 2), fragment(3, 0xff, 0xd9)],
      [fragment(4, 0xff), fragment(0xd9)],
      [fragment(5, 0xff)],
      [fragment(0xd9)],
    ]
    const four: Dataset = { ...dataset, [tags.NumberOfFrames]: { vr: 'IS', Value: [4] } }
    const bytes = writePart10Buffer({ dataset: four, transferSyntax: jpeg, bulkData: () => ({ frames }) })
    for (const chunks of [[bytes], Array.from(bytes, (byte) => Uint8Array.of(byte))]) {
      const { frameBlocks } = await readPart10(chunks)
      const spans = [0, 1, 2, 3].map((frame) => decodeFrameSpan(frameBlocks[0] as Uint8Array, frame)) // four are there
      expect(spans.map((span) => span?.padded)).toEqual([true, true, false, false])
    }
  })

  test('what is encapsulated already is copied', async () => {
    const frames = [[fragment(1, 2)], [fragment(3, 4)]]
    const bytes = writePart10Buffer({ dataset, transferSyntax: jpeg, bulkData: () => ({ frames }) })
    const { bulkData } = await readPart10([bytes])
    const { offset = 0, length = 0 } = bulkData[0] ?? {}
    const items = bytes.subarray(offset, offset + length)
    const copy = writePart10Buffer({
      dataset,
      transferSyntax: jpeg,
      bulkData: () => ({ length, bytes: [items], encapsulated: true }),
    })
    expect(copy.equals(bytes)).toBe(true)
  })
})

describe('refuses', () => {
  test.each<[string, Dataset]>([
    ['no SOP Class', { [tags.SOPInstanceUID]: { vr: 'UI', Value: ['1'] } }],
    ['a number beyond its VR', { ...identity, [tags.Rows]: { vr: 'US', Value: [65_536] } }],
    ['text for a number', { ...identity, [tags.Rows]: { vr: 'US', Value: ['secret'] } }],
    ['a fraction for SV', { ...identity, '00091001': { vr: 'SV', Value: ['1.5'] } }],
    ['bulk data that nobody has', { ...identity, [tags.PixelData]: { vr: 'OW', BulkDataURI: 'secret' } }],
  ])('%s', (_, dataset) => {
    const write = () => writePart10Buffer({ dataset, transferSyntax: explicit })
    expect(write).toThrow(DatasetError)
    expect(write).not.toThrow(/secret/)
  })

  test.each([3, 5])('%i bytes of bulk data where 4 were announced', async (size) => {
    const dataset: Dataset = { ...identity, [tags.PixelData]: { vr: 'OW', BulkDataURI: 'x' } }
    for (const transferSyntax of native) {
      const bulkData = () => ({ length: 4, bytes: [new Uint8Array(size)] })
      await expect(collect({ dataset, transferSyntax, bulkData })).rejects.toThrow('another length')
      expect(() => writePart10Buffer({ dataset, transferSyntax, bulkData })).toThrow('another length')
    }
  })
})

test('a reader who leaves releases the bulk data', async () => {
  let released = false
  async function* source() {
    try {
      while (true) yield new Uint8Array(1024)
    } finally {
      released = true
    }
  }
  const dataset: Dataset = { ...identity, [tags.PixelData]: { vr: 'OW', BulkDataURI: 'x' } }
  const options = { dataset, transferSyntax: explicit, bulkData: () => ({ length: 1e9, bytes: source() }) }
  let chunks = 0
  for await (const _ of writePart10(options)) if (++chunks === 5) break
  expect(released).toBe(true)
})
