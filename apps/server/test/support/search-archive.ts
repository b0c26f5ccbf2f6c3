import {
  type Dataset,
  sopClasses,
  stringOf,
  type TransferSyntax,
  tags,
  transferSyntaxes,
  writePart10Buffer,
} from '@sansfilm/dicom'
import { datasetOf, type ValuesByKeyword } from './dataset-of.ts'
import type { TestArchive } from './test-archive.ts'

/** An answer to a search. */
export interface SearchAnswer {
  readonly status: number
  readonly headers: Headers
  readonly found: readonly Dataset[]
}

/** Searches over HTTP; `path` begins below the DICOMweb root, or is an absolute URL. */
export async function search(
  { root }: Pick<TestArchive, 'root'>,
  path: string,
  headers: Record<string, string> = {},
): Promise<SearchAnswer> {
  const response = await fetch(path.startsWith('http') ? path : root + path, { headers })
  const text = await response.text()
  if (response.status >= 400) throw new Error(`${path}: ${response.status} ${text}`)
  return { status: response.status, headers: response.headers, found: text === '' ? [] : JSON.parse(text) }
}

/** The values of one attribute, in the order of the answer. */
export function valuesIn(found: readonly Dataset[], tag: string): readonly (string | undefined)[] {
  return found.map((dataset) => stringOf(dataset, tag))
}

/** Stores a Secondary Capture with these attributes, unless they say otherwise. */
export async function storeValues(
  { root }: Pick<TestArchive, 'root'>,
  values: ValuesByKeyword,
  more: Dataset = {},
  transferSyntax: TransferSyntax = transferSyntaxes.ExplicitVRLittleEndian,
): Promise<void> {
  const dataset = { ...datasetOf({ SOPClassUID: sopClasses.SecondaryCaptureImageStorage.uid, ...values }), ...more }
  const response = await fetch(`${root}/studies`, {
    method: 'POST',
    headers: { 'content-type': 'application/dicom' },
    body: new Uint8Array(writePart10Buffer({ dataset, transferSyntax })),
  })
  if (response.status !== 200) throw new Error(`${stringOf(dataset, tags.SOPInstanceUID)}: ${await response.text()}`)
}

/** The studies that every search test asks for, by name. */
export const studies = {
  thorax: '2.25.10',
  yamada: '2.25.20',
  slides: '2.25.30',
  head: '2.25.40',
  film: '2.25.50',
  bare: '2.25.60',
} as const

/** Six studies of six patients, with accents, scripts, odd dates, sequences, and values that would be code elsewhere. */
export async function storeSearchStudies(archive: Pick<TestArchive, 'root'>): Promise<void> {
  const thorax: ValuesByKeyword = {
    StudyInstanceUID: studies.thorax,
    PatientName: 'Müller^Jürgen^^Dr.',
    PatientID: 'P1',
    IssuerOfPatientID: 'HOSP',
    PatientBirthDate: '19700101',
    PatientSex: 'M',
    PatientAge: '054Y',
    StudyDate: '20240131',
    StudyTime: '103000.5',
    AccessionNumber: 'ACC-1',
    StudyID: 'S1',
    ReferringPhysicianName: 'Łukasz^Ewa',
    StudyDescription: 'CT Thorax',
    TimezoneOffsetFromUTC: '+0100',
    IssuerOfAccessionNumberSequence: [datasetOf({ UniversalEntityID: '1.2.3', UniversalEntityIDType: 'ISO' })],
    OtherPatientIDsSequence: [
      datasetOf({ PatientID: 'OLD1', IssuerOfPatientID: 'X' }),
      datasetOf({ PatientID: 'OLD2', IssuerOfPatientID: 'Y' }),
    ],
  }
  const ct: ValuesByKeyword = {
    SeriesInstanceUID: `${studies.thorax}.1`,
    SeriesNumber: 1,
    Modality: 'CT',
    SeriesDescription: 'Lung 1.0',
    BodyPartExamined: 'CHEST',
    PerformedProcedureStepStartDate: '20240131',
    PerformedProcedureStepStartTime: '1035',
    RequestAttributesSequence: [
      datasetOf({ ScheduledProcedureStepID: 'SPS1', RequestedProcedureID: 'RP1' }),
      datasetOf({ ScheduledProcedureStepID: 'SPS2', RequestedProcedureID: 'RP2' }),
    ],
  }
  const image: ValuesByKeyword = { Rows: 512, Columns: 256, BitsAllocated: 16, NumberOfFrames: 1 }
  for (const number of [1, 2]) {
    const sopInstance = `${studies.thorax}.1.${number}`
    const acquired = `2024013110300${number}.25+0100`
    await storeValues(
      archive,
      {
        ...thorax,
        ...ct,
        ...image,
        SOPInstanceUID: sopInstance,
        InstanceNumber: number,
        AcquisitionDateTime: acquired,
      },
      {},
      number === 2 ? transferSyntaxes.ImplicitVRLittleEndian : transferSyntaxes.ExplicitVRLittleEndian,
    )
  }
  await storeValues(archive, {
    ...thorax,
    SeriesInstanceUID: `${studies.thorax}.2`,
    SeriesNumber: 2,
    Modality: 'SR',
    SOPClassUID: sopClasses.BasicTextSRStorage.uid,
    SOPInstanceUID: `${studies.thorax}.2.1`,
    InstanceNumber: 1,
  })
  await storeValues(archive, {
    ...oneInstance(studies.yamada, 'MR'),
    PatientName: 'Yamada^Tarou=山田^太郎=やまだ^たろう',
    PatientID: 'a+b c%2Cd%,"e\'',
    StudyDate: '20240201',
    StudyTime: '08',
    AccessionNumber: '',
    StudyDescription: '50% + more, [a-z]_?',
  })
  await storeValues(archive, {
    ...oneInstance(studies.slides, 'SM'),
    PatientName: 'van den Berg^Anna Maria',
    PatientID: 'P_4',
    StudyDate: '20230615',
    StudyDescription: "x'; DROP TABLE study; --",
  })
  await storeValues(archive, {
    ...oneInstance(studies.slides, 'ANN'),
    SeriesInstanceUID: `${studies.slides}.2`,
    SOPInstanceUID: `${studies.slides}.2.1`,
    SeriesNumber: 2,
  })
  await storeValues(archive, {
    ...oneInstance(studies.head, 'CT'),
    PatientName: 'Muller^Jurgen',
    PatientID: 'PX4',
    StudyDate: '20240131',
    StudyTime: '235959',
    AccessionNumber: 'ACC-20',
    PatientComments: 'a\\b',
    StudyDescription: 'ct thorax',
  })
  await storeValues(
    archive,
    { ...oneInstance(studies.film, 'CR'), PatientID: 'P[4', StudyDescription: 'Pa*b?c', StudyTime: '10:30:00' },
    // A date as ACR-NEMA wrote it (PS3.5 §6.2, note of DA).
    { [tags.StudyDate]: { vr: 'DA', Value: ['2022.01.15'] } },
  )
  await storeValues(archive, { ...oneInstance(studies.bare, 'OT'), PatientName: '', PatientID: 'P%4' })
}

/** One instance in one series of a study. */
function oneInstance(study: string, modality: string): ValuesByKeyword {
  return {
    StudyInstanceUID: study,
    SeriesInstanceUID: `${study}.1`,
    SOPInstanceUID: `${study}.1.1`,
    Modality: modality,
    SeriesNumber: 1,
    InstanceNumber: 1,
  }
}
