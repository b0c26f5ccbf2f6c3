import { expect, test } from '@jest/globals'
import type { Dataset } from '../dataset.ts'
import { tags } from '../dictionary/dictionary.ts'
import { encapsulate, fragmentHeader } from '../pixel-data/encapsulate.ts'
import { chunksOf } from '../testing/chunks.ts'
import { type TransferSyntax, transferSyntaxes } from '../transfer-syntax.ts'
import { Part10Error } from './parsed-instance.ts'
import { readPart10 } from './read.ts'
import { rewritePart10 } from './rewrite.ts'
import type { Rewriting } from './rewriting.ts'
import { writePart10Buffer } from './write.ts'

const { ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian, JPEGLSLossless, RLELossless } =
  transferSyntaxes

const dataset: Dataset = {
  [tags.SOPClassUID]: { vr: 'UI', Value: ['1.2.3'] },
  [tags.SOPInstanceUID]: { vr: 'UI', Value: ['1.2.3.4'] },
  [tags.PatientName]: { vr: 'PN', Value: [{ Alphabetic: 'A^B' }] },
  [tags.DerivationCodeSequence]: { vr: 'SQ', Value: [{ [tags.CodeValue]: { vr: 'SH', Value: ['1'] } }] },
  [tags.PhotometricInterpretation]: { vr: 'CS', Value: ['YBR_RCT'] },
  [tags.PixelRepresentation]: { vr: 'US', Value: [1] },
  [tags.SmallestImagePixelValue]: { vr: 'SS', Value: [-7] },
  [tags.IconImageSequence]: { vr: 'SQ', Value: [{ [tags.Rows]: { vr: 'US', Value: [3] } }, {}] },
  FFFCFFFC: { vr: 'OB', InlineBinary: 'AAA=' },
}

async function rewrite(bytes: Buffer, rewriting: Rewriting, size = 65_536): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of rewritePart10(chunksOf(bytes, size), rewriting)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** What is stored, without pixel data as `rewritePart10` wants it. */
const storedAs = (transferSyntax: TransferSyntax, more: Dataset = {}): Buffer =>
  writePart10Buffer({ dataset: { ...dataset, ...more }, transferSyntax })

const photometric = { [tags.PhotometricInterpretation]: { vr: 'CS', Value: ['RGB'] } } satisfies Dataset

test.each([1, 7, 65_536])('native pixel data comes in its place, in chunks of %i', async (size) => {
  const pixels = Buffer.from('0102030405060708', 'hex')
  const expected = writePart10Buffer({
    dataset: { ...dataset, ...photometric, [tags.PixelData]: { vr: 'OW', InlineBinary: pixels.toString('base64') } },
    transferSyntax: ExplicitVRLittleEndian,
  })
  const source = { length: 8, bytes: [pixels.subarray(0, 3), pixels.subarray(3)] }
  for (const stored of [JPEGLSLossless, ImplicitVRLittleEndian, ExplicitVRBigEndian]) {
    const rewriting = {
      transferSyntax: ExplicitVRLittleEndian,
      replaced: photometric,
      pixelData: { vr: 'OW', source },
    } as const
    expect((await rewrite(storedAs(stored), rewriting, size)).toString('hex')).toBe(expected.toString('hex'))
  }
})

test('fragments, a new SOP Instance UID here and in File Meta Information, further items, and what is left out', async () => {
  const { offsetTable, length } = encapsulate([3])
  const items = [offsetTable, fragmentHeader(3), Buffer.of(0xff, 0xd9, 7), Buffer.alloc(1)]
  const added = { [tags.CodeValue]: { vr: 'SH', Value: ['2'] } } satisfies Dataset
  const rewritten = await rewrite(storedAs(ExplicitVRBigEndian), {
    transferSyntax: JPEGLSLossless,
    sopInstanceUid: '2.25.9',
    replaced: { [tags.LossyImageCompression]: { vr: 'CS', Value: ['01'] } },
    appended: {
      [tags.DerivationCodeSequence]: { vr: 'SQ', Value: [added] },
      [tags.SourceImageSequence]: { vr: 'SQ', Value: [added] },
    },
    removed: new Set([tags.IconImageSequence, tags.PatientName]),
    pixelData: { vr: 'OB', source: { length, bytes: items } },
  })
  const read = await readPart10([rewritten])
  expect(read.warnings).toEqual([])
  expect(read.transferSyntax).toBe(JPEGLSLossless)
  expect(read.fileMetaInformation[tags.MediaStorageSOPInstanceUID]?.Value).toEqual(['2.25.9'])
  expect(read.dataset).toMatchObject({
    [tags.SOPInstanceUID]: { Value: ['2.25.9'] },
    [tags.LossyImageCompression]: { Value: ['01'] },
    [tags.DerivationCodeSequence]: { Value: [{ [tags.CodeValue]: { Value: ['1'] } }, added] },
    [tags.SourceImageSequence]: { Value: [added] },
    [tags.SmallestImagePixelValue]: { vr: 'SS', Value: [-7] },
    FFFCFFFC: { vr: 'OB' },
  })
  expect(Object.keys(read.dataset)).not.toContain(tags.PatientName)
  expect(Object.keys(read.dataset)).not.toContain(tags.IconImageSequence)
  expect(read.pixelData).toMatchObject({ encapsulated: true, frames: 1 })
})

test('new pixel data takes the place of what is there, before what is foreign behind it', async () => {
  const fragments = { frames: [[{ length: 4, bytes: [Buffer.from('abcd')] }]] }
  const pixels = { [tags.PixelData]: { vr: 'OB', BulkDataURI: 'x' } } satisfies Dataset
  const stored = writePart10Buffer({
    dataset: { ...dataset, ...pixels },
    transferSyntax: RLELossless,
    bulkData: () => fragments,
  })
  const secondFile = Buffer.concat([stored, stored])
  const source = { length: 2, bytes: [Buffer.from('xy')] }
  const rewriting = { transferSyntax: ExplicitVRLittleEndian, pixelData: { vr: 'OB', source } } as const
  const expected = writePart10Buffer({
    dataset: { ...dataset, [tags.PixelData]: { vr: 'OB', InlineBinary: Buffer.from('xy').toString('base64') } },
    transferSyntax: ExplicitVRLittleEndian,
  })
  for (const object of [stored, secondFile])
    for (const size of [1, 65_536]) expect((await rewrite(object, rewriting, size)).equals(expected)).toBe(true)
})

test('Implicit VR Little Endian, with File Meta Information still explicit', async () => {
  const rewritten = await rewrite(storedAs(ExplicitVRBigEndian), { transferSyntax: ImplicitVRLittleEndian })
  expect(rewritten.toString('hex')).toBe(storedAs(ImplicitVRLittleEndian).toString('hex'))
})

test('fragments inside an item need decoding, unless they are left out', async () => {
  const bytes = storedAs(RLELossless)
  // An icon with one empty fragment: tag, OB, undefined length, offset table, fragment, delimiter.
  const icon = Buffer.from('e07f10004f420000fffffffffeff00e000000000feff00e000000000feffdde000000000', 'hex')
  const itemEnd = Buffer.from('feff0de000000000', 'hex')
  const at = bytes.indexOf(itemEnd, bytes.indexOf(Buffer.from('880000025351', 'hex')))
  const withIcon = Buffer.concat([bytes.subarray(0, at), icon, bytes.subarray(at)])
  const rewriting = { transferSyntax: ExplicitVRLittleEndian }
  await expect(rewrite(withIcon, rewriting)).rejects.toBeInstanceOf(Part10Error)
  const without = await rewrite(withIcon, { ...rewriting, removed: new Set([tags.IconImageSequence]) })
  const { [tags.IconImageSequence]: _, ...rest } = dataset
  expect(without).toEqual(writePart10Buffer({ dataset: rest, transferSyntax: ExplicitVRLittleEndian }))
})
