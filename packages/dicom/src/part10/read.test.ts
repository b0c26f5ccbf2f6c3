import { deflateRawSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { tags } from '../dictionary/dictionary.ts'
import {
  element,
  encapsulated,
  explicitBig,
  explicitLittle,
  type Form,
  implicitLittle,
  part10,
  piecesOf,
  sequence,
  words,
} from '../testing/part10-bytes.ts'
import { type TransferSyntax, transferSyntaxes } from '../transfer-syntax.ts'
import { Part10Error, type Part10Problem } from './parsed-instance.ts'
import { readPart10 } from './read.ts'

/** One small image with a nested sequence, in any form. */
function image(form: Form, defined = true): Buffer {
  return Buffer.concat([
    element(tags.Modality, 'CS', 'OT', form),
    sequence(
      tags.ReferencedStudySequence,
      [element(tags.ScheduledProcedureStepID, 'SH', 'A\\B', form), Buffer.alloc(0)],
      form,
      defined,
    ),
    element(tags.PatientName, 'PN', 'Doe^Jane', form),
    element(tags.Rows, 'US', words(form, 2), form),
    element(tags.Columns, 'US', words(form, 2), form),
    element(tags.BitsAllocated, 'US', words(form, 16), form),
    element(tags.PixelData, 'OW', words(form, 1, 2, 3, 4), form),
  ])
}

const model = {
  [tags.Modality]: { vr: 'CS', Value: ['OT'] },
  [tags.ReferencedStudySequence]: {
    vr: 'SQ',
    Value: [{ [tags.ScheduledProcedureStepID]: { vr: 'SH', Value: ['A', 'B'] } }, {}],
  },
  [tags.PatientName]: { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane' }] },
  [tags.Rows]: { vr: 'US', Value: [2] },
  [tags.Columns]: { vr: 'US', Value: [2] },
  [tags.BitsAllocated]: { vr: 'US', Value: [16] },
  [tags.PixelData]: { vr: 'OW', BulkDataURI: tags.PixelData },
}

async function problemOf(bytes: Buffer, limits = {}): Promise<Part10Problem | 'none'> {
  return readPart10([bytes], limits).then(
    () => 'none' as const,
    (error: unknown) => {
      if (error instanceof Part10Error) return error.problem
      throw error
    },
  )
}

describe('readPart10', () => {
  test.each<[string, TransferSyntax, Buffer]>([
    ['explicit', transferSyntaxes.ExplicitVRLittleEndian, image(explicitLittle)],
    ['explicit, undefined lengths', transferSyntaxes.ExplicitVRLittleEndian, image(explicitLittle, false)],
    ['implicit', transferSyntaxes.ImplicitVRLittleEndian, image(implicitLittle)],
    ['implicit, undefined lengths', transferSyntaxes.ImplicitVRLittleEndian, image(implicitLittle, false)],
    ['big endian', transferSyntaxes.ExplicitVRBigEndian, image(explicitBig, false)],
    ['deflated', transferSyntaxes.DeflatedExplicitVRLittleEndian, deflateRawSync(image(explicitLittle))],
  ])('reads the same model from %s bytes, however they are cut', async (_, syntax, dataSet) => {
    const bytes = part10(dataSet, syntax)
    for (const size of [1, 2, 3, 7, bytes.length]) {
      const { dataset, pixelData, warnings, transferSyntax } = await readPart10(piecesOf(bytes, size))
      expect(dataset).toEqual(model)
      expect(pixelData).toMatchObject({ frames: 1, frameBits: 64, length: 8, encapsulated: false })
      expect(transferSyntax).toBe(syntax)
      expect(warnings).toEqual([])
    }
  })

  test('tells where bulk data lie, in items as well', async () => {
    const long = Buffer.alloc(2000, 7)
    const dataSet = Buffer.concat([
      sequence(tags.WaveformSequence, [Buffer.alloc(0), element(tags.WaveformData, 'OW', long)]),
      element(tags.EncapsulatedDocument, 'OB', long),
    ])
    const bytes = part10(dataSet)
    const { bulkData, dataset } = await readPart10([bytes])
    const document = bulkData.find(({ path }) => path === tags.EncapsulatedDocument)
    const waveform = bulkData.find(({ path }) => path === `${tags.WaveformSequence}/2/${tags.WaveformData}`)
    for (const range of [document, waveform]) {
      expect(bytes.subarray(range?.offset, (range?.offset ?? 0) + (range?.length ?? 0))).toEqual(long)
    }
    expect(dataset[tags.EncapsulatedDocument]).toEqual({ vr: 'OB', BulkDataURI: tags.EncapsulatedDocument })
  })

  test('swaps big-endian inline values', async () => {
    const bytes = part10(
      element(tags.RedPaletteColorLookupTableData, 'OW', words(explicitBig, 1, 0x203), explicitBig),
      transferSyntaxes.ExplicitVRBigEndian,
    )
    const { dataset } = await readPart10([bytes])
    const InlineBinary = Buffer.from([1, 0, 3, 2]).toString('base64')
    expect(dataset[tags.RedPaletteColorLookupTableData]).toEqual({ vr: 'OW', InlineBinary })
  })

  test('resolves US or SS by Pixel Representation, before and after it', async () => {
    const form = implicitLittle
    const bytes = part10(
      Buffer.concat([
        sequence(
          tags.ReferencedImageSequence,
          [element(tags.SmallestImagePixelValue, 'US', words(form, 0xffff), form)],
          form,
        ),
        element(tags.PixelRepresentation, 'US', words(form, 1), form),
        element(tags.LargestImagePixelValue, 'US', words(form, 0xfffe), form),
      ]),
      transferSyntaxes.ImplicitVRLittleEndian,
    )
    const { dataset } = await readPart10([bytes])
    expect(dataset[tags.LargestImagePixelValue]).toEqual({ vr: 'SS', Value: [-2] })
    expect(dataset[tags.ReferencedImageSequence]?.Value).toEqual([
      { [tags.SmallestImagePixelValue]: { vr: 'SS', Value: [-1] } },
    ])
  })

  test('takes UN of undefined length for an implicit sequence, and knows the VR of known attributes', async () => {
    const inner = element('00091001', 'UN', Buffer.from('ab'), implicitLittle)
    const content = sequence('00091002', [inner], implicitLittle, false).subarray(8)
    const bytes = part10(
      Buffer.concat([
        element('00091002', 'UN', content, explicitLittle, 0xffffffff),
        element(tags.PatientID, 'UN', Buffer.from('P1')),
      ]),
    )
    const { dataset } = await readPart10([bytes])
    expect(dataset['00091002']).toEqual({ vr: 'SQ', Value: [{ '00091001': { vr: 'UN', InlineBinary: 'YWI=' } }] })
    expect(dataset[tags.PatientID]).toEqual({ vr: 'LO', Value: ['P1'] })
  })

  test('uses the Specific Character Set of each item', async () => {
    const bytes = part10(
      Buffer.concat([
        element(tags.SpecificCharacterSet, 'CS', 'ISO_IR 100'),
        sequence(tags.RequestAttributesSequence, [
          Buffer.concat([
            element(tags.SpecificCharacterSet, 'CS', 'ISO_IR 192'),
            element(tags.ScheduledProcedureStepDescription, 'LO', Buffer.from('Süße')),
          ]),
        ]),
        element(tags.PatientName, 'PN', Buffer.from('Süß^É', 'latin1')),
      ]),
    )
    const { dataset } = await readPart10([bytes])
    expect(dataset[tags.PatientName]?.Value).toEqual([{ Alphabetic: 'Süß^É' }])
    expect(dataset[tags.RequestAttributesSequence]?.Value).toMatchObject([
      { [tags.ScheduledProcedureStepDescription]: { Value: ['Süße'] } },
    ])
  })

  test('keeps what breaks rules of values, and says so without the value', async () => {
    const bytes = part10(
      Buffer.concat([
        element(tags.PatientName, 'PN', 'Later'),
        element(tags.Modality, 'CS', 'CT'),
        element(tags.NumberOfFrames, 'IS', '1A'),
      ]),
    )
    const { dataset, warnings } = await readPart10([bytes])
    expect(dataset[tags.NumberOfFrames]).toEqual({ vr: 'IS', Value: ['1A'] })
    expect(Object.keys(dataset)).toEqual([tags.Modality, tags.PatientName, tags.NumberOfFrames])
    expect(warnings).toEqual([
      { path: [tags.Modality], problem: 'The attribute is out of order' },
      { path: [tags.NumberOfFrames], problem: 'IS is not a number' },
    ])
  })

  test('leaves out group lengths, and reads over zero padding at the end', async () => {
    const bytes = part10(
      Buffer.concat([element('00080000', 'UL', Buffer.alloc(4)), element(tags.Modality, 'CS', 'CT'), Buffer.alloc(21)]),
    )
    expect(Object.keys((await readPart10([bytes])).dataset)).toEqual([tags.Modality])
  })

  test('reads over what follows the end of a deflated data set', async () => {
    const bytes = part10(deflateRawSync(image(explicitLittle)), transferSyntaxes.DeflatedExplicitVRLittleEndian)
    for (const trail of [1, 70_000]) {
      const { dataset } = await readPart10(piecesOf(Buffer.concat([bytes, Buffer.alloc(trail)]), 5000))
      expect(dataset).toEqual(model)
    }
  })

  test.each<[Part10Problem, string, Buffer]>([
    ['not-part10', 'nothing', Buffer.alloc(0)],
    ['not-part10', 'zeros', Buffer.alloc(500)],
    [
      'not-part10',
      'no file meta information',
      Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), image(explicitLittle)]),
    ],
    ['truncated', 'no data set', part10(Buffer.alloc(0))],
    ['truncated', 'a value cut off', part10(image(explicitLittle)).subarray(0, -1)],
    ['truncated', 'a header cut off', part10(image(explicitLittle).subarray(0, 15))],
    ['truncated', 'a sequence cut off', part10(image(explicitLittle, false).subarray(0, 60))],
    [
      'truncated',
      'a deflated data set cut off',
      part10(deflateRawSync(image(explicitLittle)).subarray(0, -4), transferSyntaxes.DeflatedExplicitVRLittleEndian),
    ],
    [
      'malformed',
      'a data set that is not deflated',
      part10(Buffer.alloc(50, 0xff), transferSyntaxes.DeflatedExplicitVRLittleEndian),
    ],
    ['malformed', 'bytes that are no VR', part10(element(tags.Modality, '?!', 'CT'))],
    [
      'malformed',
      'an element longer than its item',
      part10(sequence(tags.WaveformSequence, [element(tags.Modality, 'CS', 'CT', explicitLittle, 20)])),
    ],
    [
      'malformed',
      'text of undefined length',
      part10(element(tags.PatientComments, 'UT', 'x', explicitLittle, 0xffffffff)),
    ],
    ['malformed', 'fragments in a native transfer syntax', part10(encapsulated([], []))],
    [
      'malformed',
      'native pixels in an encapsulated transfer syntax',
      part10(image(explicitLittle), transferSyntaxes.RLELossless),
    ],
    [
      'unsupported-transfer-syntax',
      'an unknown transfer syntax',
      part10(image(explicitLittle), { ...transferSyntaxes.RLELossless, uid: '1.2.3.4' }),
    ],
  ])('refuses as %s: %s', async (problem, _, bytes) => {
    expect(await problemOf(bytes)).toBe(problem)
  })

  test('bounds what it keeps', async () => {
    const level = Buffer.concat([
      element(tags.WaveformSequence, 'SQ', Buffer.alloc(0), explicitLittle, 0xffffffff),
      Buffer.from('feff00e0ffffffff', 'hex'),
    ])
    const nested = part10(Buffer.alloc(level.length * 100_000, level))
    expect(await problemOf(nested)).toBe('too-large')
    // Nor would a limit out of all reason exhaust the stack.
    expect(await problemOf(nested, { maxDepth: 1_000_000 })).toBe('truncated')
    const bomb = deflateRawSync(element(tags.EncapsulatedDocument, 'OB', Buffer.alloc(1_000_000)))
    const deflated = part10(bomb, transferSyntaxes.DeflatedExplicitVRLittleEndian)
    expect(await problemOf(deflated, { maxInflatedBytes: 999_999 })).toBe('too-large')
    expect(await problemOf(deflated, { maxInflatedBytes: 2_000_000 })).toBe('none')
    const text = part10(element(tags.PatientComments, 'UT', 'x'.repeat(5000)))
    expect(await problemOf(text, { maxMetadataBytes: 5000 })).toBe('too-large')
    const values = part10(element(tags.LongCodeValue, 'UC', 'a\\'.repeat(40_000)))
    expect(await problemOf(values, { maxMetadataBytes: 500_000 })).toBe('too-large')
    const empties = Buffer.concat(Array.from({ length: 1000 }, () => element(tags.PatientID, 'LO', '')))
    expect(await problemOf(part10(empties), { maxMetadataBytes: 10_000 })).toBe('too-large')
  })
})
