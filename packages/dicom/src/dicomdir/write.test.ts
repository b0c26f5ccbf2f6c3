import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { type Dataset, itemsOf, numberOf, stringOf } from '../dataset.ts'
import { DatasetError } from '../dataset-error.ts'
import { tags } from '../dictionary/dictionary.ts'
import { readPart10 } from '../part10/read.ts'
import { sopClasses } from '../sop-class.ts'
import { transferSyntaxes } from '../transfer-syntax.ts'
import type { Uid } from '../uid.ts'
import type { DirectoryInstance } from './directory-record.ts'
import { fileIdOf, isFileId } from './file-id.ts'
import { writeDicomdir } from './write.ts'

function instance(
  patient: string,
  study: number,
  series: number,
  image: number,
  sopClass: Uid,
  further: Dataset = {},
): DirectoryInstance {
  const uid = (value: string) => ({ vr: 'UI', Value: [value] }) as const
  return {
    fileId: fileIdOf(study, series, image),
    transferSyntax: transferSyntaxes.ExplicitVRLittleEndian,
    dataset: {
      [tags.SOPClassUID]: uid(sopClass),
      [tags.SOPInstanceUID]: uid(`1.2.${study}.${series}.${image}`),
      [tags.StudyInstanceUID]: uid(`1.2.${study}`),
      [tags.SeriesInstanceUID]: uid(`1.2.${study}.${series}`),
      [tags.PatientID]: { vr: 'LO', Value: [patient] },
      [tags.PatientName]: { vr: 'PN', Value: [{ Alphabetic: `${patient}^Ü` }] },
      [tags.InstanceNumber]: { vr: 'IS', Value: [image] },
      ...further,
    },
  }
}

const { CTImageStorage, ComprehensiveSRStorage, SegmentationStorage, RTDoseStorage } = sopClasses
const instances = [
  instance('P1', 1, 1, 1, CTImageStorage.uid),
  instance('P1', 1, 1, 2, CTImageStorage.uid),
  instance('P2', 3, 1, 1, SegmentationStorage.uid),
  // Comes after another patient: still in the study of the first.
  instance('P1', 1, 2, 1, ComprehensiveSRStorage.uid, {
    [tags.ContentSequence]: {
      vr: 'SQ',
      Value: [
        { [tags.RelationshipType]: { vr: 'CS', Value: ['HAS CONCEPT MOD'] } },
        { [tags.RelationshipType]: { vr: 'CS', Value: ['CONTAINS'] } },
      ],
    },
  }),
  instance('P1', 2, 1, 1, RTDoseStorage.uid),
  instance('P2', 4, 1, 1, '1.2.3.4.5'),
]

/** The directory as a reader finds it: by offsets alone. */
async function follow(bytes: Buffer): Promise<readonly unknown[]> {
  const { dataset } = await readPart10([bytes])
  const records = itemsOf(dataset, tags.DirectoryRecordSequence)
  const offsets: number[] = []
  const item = Buffer.from('feff00e0ffffffff04000014', 'hex')
  for (let at = bytes.indexOf(item); at >= 0; at = bytes.indexOf(item, at + 1)) offsets.push(at)
  expect(offsets).toHaveLength(records.length)
  const byOffset = new Map(offsets.map((offset, i) => [offset, records[i] as Dataset])) // as many of one as of the other
  const walk = (first: number): unknown[] => {
    const entity: unknown[] = []
    for (let at = first; at !== 0; ) {
      const record = byOffset.get(at)
      if (record === undefined) throw new Error(`No record at ${at}`)
      const below = walk(numberOf(record, tags.OffsetOfReferencedLowerLevelDirectoryEntity) ?? 0)
      const label = [stringOf(record, tags.DirectoryRecordType), record[tags.ReferencedFileID]?.Value?.join('/')]
      entity.push(below.length === 0 ? label.join(' ') : { [String(label[0])]: below })
      at = numberOf(record, tags.OffsetOfTheNextDirectoryRecord) ?? 0
    }
    return entity
  }
  return walk(numberOf(dataset, tags.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity) ?? 0)
}

test('offsets lead from the root to every instance, record types follow the SOP Class', async () => {
  expect(await follow(writeDicomdir(instances))).toEqual([
    {
      PATIENT: [
        {
          STUDY: [
            { SERIES: ['IMAGE DICOM/ST000001/SE000001/IM000001', 'IMAGE DICOM/ST000001/SE000001/IM000002'] },
            { SERIES: ['SR DOCUMENT DICOM/ST000001/SE000002/IM000001'] },
          ],
        },
        { STUDY: [{ SERIES: ['RT DOSE DICOM/ST000002/SE000001/IM000001'] }] },
      ],
    },
    {
      PATIENT: [
        { STUDY: [{ SERIES: ['IMAGE DICOM/ST000003/SE000001/IM000001'] }] },
        { STUDY: [{ SERIES: ['PRIVATE DICOM/ST000004/SE000001/IM000001'] }] },
      ],
    },
  ])
})

test('a record says its character set, and has of a report what modifies the title', async () => {
  const { dataset } = await readPart10([writeDicomdir(instances)])
  const records = itemsOf(dataset, tags.DirectoryRecordSequence)
  expect(stringOf(records[0] ?? {}, tags.SpecificCharacterSet)).toBe('ISO_IR 192')
  expect(records[0]?.[tags.PatientName]?.Value).toEqual([{ Alphabetic: 'P1^Ü' }])
  const report = records.find((record) => stringOf(record, tags.DirectoryRecordType) === 'SR DOCUMENT')
  expect(itemsOf(report ?? {}, tags.ContentSequence)).toHaveLength(1)
  expect(report).toHaveProperty(tags.CompletionFlag)
})

test('an empty file-set has an empty directory', async () => {
  expect(await follow(writeDicomdir([]))).toEqual([])
})

test.each<[string, DirectoryInstance]>([
  ['a DICOMDIR', instance('P', 1, 1, 1, sopClasses.MediaStorageDirectoryStorage.uid)],
  ['an instance without patient', instance('P', 1, 1, 1, sopClasses.HangingProtocolStorage.uid)],
  ['a name that is no File ID', { ...instance('P', 1, 1, 1, CTImageStorage.uid), fileId: ['image.dcm'] }],
  [
    'an instance without series',
    instance('P', 1, 1, 1, CTImageStorage.uid, { [tags.SeriesInstanceUID]: { vr: 'UI' } }),
  ],
])('%s is refused', (_, refused) => {
  expect(() => writeDicomdir([refused])).toThrow(DatasetError)
})

test('File IDs are right however many instances there are', () => {
  expect(fileIdOf(1, 2, 3)).toEqual(['DICOM', 'ST000001', 'SE000002', 'IM000003'])
  expect(isFileId(fileIdOf(1_234_567, 1, 9_999_999))).toBe(true)
})

const hasDcmtk = spawnSync('dcmdump', ['--version']).status === 0
const withDcmtk = hasDcmtk ? '' : ' [skipped: dcmtk is not installed]'
const testDcmtk = hasDcmtk ? test : test.skip

testDcmtk(`dcmtk finds every record at its offset${withDcmtk}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sansfilm-dicomdir-'))
  try {
    writeFileSync(join(folder, 'DICOMDIR'), writeDicomdir(instances))
    const { stdout, stderr } = spawnSync('dcmdump', [join(folder, 'DICOMDIR')], { encoding: 'utf8' })
    expect(stderr).toBe('')
    // It prints an offset beside the records that an offset leads to.
    expect(stdout.match(/# {2}offset=\$/g)).toHaveLength(17)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
