import type { Dataset } from '@sansfilm/dicom'
import { datasetOf } from './dataset-of.ts'
import { sampleUid } from './sample-uid.ts'

/** A study of the sample. */
export interface SampleStudy {
  readonly name: string
  readonly description: string
  readonly accessionNumber: string
  readonly id: string
  readonly date: string
  readonly time: string
}

export const headStudy: SampleStudy = {
  name: 'head',
  description: 'Head CT',
  accessionNumber: 'SAMPLE-1',
  id: '1',
  date: '20260112',
  time: '093000',
}

export const heartStudy: SampleStudy = {
  name: 'heart',
  description: 'Echocardiogram',
  accessionNumber: 'SAMPLE-2',
  id: '2',
  date: '20260113',
  time: '141500',
}

/** Patient and General Study Modules (PS3.3 §C.7.1.1, §C.7.2.1), and what every instance has of a series. */
export function commonAttributes(
  study: SampleStudy,
  series: { name: string; number: number; modality: string },
): Dataset {
  return datasetOf({
    InstanceCreationDate: study.date,
    InstanceCreationTime: study.time,
    StudyDate: study.date,
    SeriesDate: study.date,
    ContentDate: study.date,
    StudyTime: study.time,
    SeriesTime: study.time,
    ContentTime: study.time,
    AccessionNumber: study.accessionNumber,
    Modality: series.modality,
    Manufacturer: 'Sansfilm',
    ReferringPhysicianName: undefined,
    StudyDescription: study.description,
    ManufacturerModelName: 'Drawn by a program',
    PatientName: 'SAMPLE^PHANTOM',
    PatientID: 'SAMPLE',
    PatientBirthDate: '19700101',
    PatientSex: 'O',
    PatientAge: '056Y',
    PatientComments: 'Not a person: every image is drawn by a program',
    StudyInstanceUID: studyUid(study),
    SeriesInstanceUID: sampleUid(`series ${study.name} ${series.name}`),
    StudyID: study.id,
    SeriesNumber: series.number,
  })
}

export function studyUid(study: SampleStudy): string {
  return sampleUid(`study ${study.name}`)
}
