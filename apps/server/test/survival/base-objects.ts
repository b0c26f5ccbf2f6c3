import {
  type Dataset,
  generateUid,
  type TransferSyntax,
  tags,
  transferSyntaxes,
  writePart10Buffer,
} from '@sansfilm/dicom'
import type { Random } from './random.ts'
import { type Identity, identifying } from './test-object.ts'

/** Makes an instance of its own UIDs. */
type MakeBytes = (identity: Identity, random: Random) => Buffer

const one = (vr: 'US' | 'IS' | 'LO' | 'CS' | 'UI' | 'DA' | 'SH', value: string | number) => ({ vr, Value: [value] })

function image(bits: number, frames: number): Dataset {
  return {
    [tags.SamplesPerPixel]: one('US', 1),
    [tags.PhotometricInterpretation]: one('CS', 'MONOCHROME2'),
    [tags.NumberOfFrames]: one('IS', frames),
    [tags.Rows]: one('US', 18),
    [tags.Columns]: one('US', 18),
    [tags.BitsAllocated]: one('US', bits),
    [tags.BitsStored]: one('US', bits),
    [tags.HighBit]: one('US', bits - 1),
    [tags.PixelRepresentation]: one('US', 0),
    [tags.PixelData]: { vr: bits === 16 ? 'OW' : 'OB', BulkDataURI: 'pixels' },
  }
}

/** Text in several forms, sequences in sequences, private elements, bulk data. */
const various: Dataset = {
  [tags.SpecificCharacterSet]: one('CS', 'ISO_IR 192'),
  [tags.StudyDescription]: one('LO', 'Größe und Länge'),
  [tags.ReferencedStudySequence]: {
    vr: 'SQ',
    Value: [
      {
        [tags.ReferencedSOPInstanceUID]: one('UI', '1.2.3'),
        [tags.ReferencedSeriesSequence]: { vr: 'SQ', Value: [{}, {}] },
      },
      {},
    ],
  },
  '00290010': one('LO', 'A PRIVATE CREATOR'),
  '00291001': { vr: 'OB', InlineBinary: Buffer.alloc(2000, 7).toString('base64') },
  '00291002': {
    vr: 'SQ',
    Value: [{ '00290010': one('LO', 'A PRIVATE CREATOR'), '00291003': { vr: 'UN', InlineBinary: 'AAEC' } }],
  },
}

function native(transferSyntax: TransferSyntax, bits: number, frames: number): MakeBytes {
  return (identity, random) => {
    const pixels = random.bytes(2 * Math.ceil((18 * 18 * bits * frames) / 16))
    return writePart10Buffer({
      transferSyntax,
      dataset: { ...identifying(identity), ...various, ...image(bits, frames) },
      bulkData: () => ({ length: pixels.length, bytes: [pixels] }),
    })
  }
}

function encapsulated(transferSyntax: TransferSyntax): MakeBytes {
  return (identity, random) => {
    // Of three frames, the second in two fragments.
    const fragment = (length: number) => ({ length, bytes: [random.bytes(length)] })
    return writePart10Buffer({
      transferSyntax,
      dataset: { ...identifying(identity), ...various, ...image(8, 3) },
      bulkData: () => ({ frames: [[fragment(300)], [fragment(200), fragment(64)], [fragment(150)]] }),
    })
  }
}

const report: MakeBytes = (identity) => {
  const item = (depth: number): Dataset => ({
    [tags.ValueType]: one('CS', 'TEXT'),
    [tags.TextValue]: { vr: 'UT', Value: ['x'.repeat(100 * (depth + 1))] },
    ...(depth > 0 && { [tags.ContentSequence]: { vr: 'SQ', Value: [item(depth - 1), item(0)] } }),
  })
  return writePart10Buffer({
    transferSyntax: transferSyntaxes.ExplicitVRLittleEndian,
    dataset: { ...identifying(identity, 'SR'), ...various, ...item(10) },
  })
}

const kinds: readonly MakeBytes[] = [
  native(transferSyntaxes.ExplicitVRLittleEndian, 16, 4),
  native(transferSyntaxes.ImplicitVRLittleEndian, 16, 2),
  native(transferSyntaxes.ExplicitVRBigEndian, 16, 2),
  native(transferSyntaxes.DeflatedExplicitVRLittleEndian, 8, 3),
  native(transferSyntaxes.ExplicitVRLittleEndian, 1, 5),
  encapsulated(transferSyntaxes.JPEGBaseline8Bit),
  encapsulated(transferSyntaxes.JPEG2000Lossless),
  report,
]

/** A sound object of some kind, under new UIDs. */
export function makeBase(random: Random): Buffer {
  return random.pick(kinds)({ study: generateUid(), series: generateUid(), instance: generateUid() }, random)
}
