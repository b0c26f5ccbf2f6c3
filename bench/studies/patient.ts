import type { Values } from './attributes.ts'

/** The patient and study of a benchmark study: nobody. */
export function patientAndStudy(id: string, description: string, modality: string): Values {
  return {
    PatientName: `Bench^${id}`,
    PatientID: `BENCH-${id}`,
    PatientBirthDate: '19700101',
    PatientSex: 'O',
    StudyID: id,
    StudyDate: '20240102',
    StudyTime: '101112',
    AccessionNumber: `ACC-${id}`,
    StudyDescription: description,
    ReferringPhysicianName: 'Referring^Doctor',
    Modality: modality,
    SeriesNumber: 1,
    SeriesDescription: description,
    SeriesDate: '20240102',
    SeriesTime: '101500',
    Manufacturer: 'Bench Instruments',
    InstitutionName: 'Bench Hospital',
    ManufacturerModelName: 'Bench 1',
    StationName: 'BENCH1',
  }
}
