import { type Dataset, numberOf, type PersonName, stringOf, type Tag, tags, type Uid, valuesOf } from '@sansfilm/dicom'

/** What the page shows of a study. Absent: not recorded. */
export interface StudySummary {
  readonly study: Uid
  readonly patientName: PersonName
  readonly patientId: string | undefined
  /** DA: `yyyymmdd`. */
  readonly date: string | undefined
  readonly description: string | undefined
  readonly modalities: readonly string[]
  readonly series: number
  readonly images: number
}

/** Reads a match of a study search. @see PS3.18 Table 10.6.3-3 */
export function studySummary(match: Dataset): StudySummary {
  return {
    study: stringOf(match, tags.StudyInstanceUID) ?? '',
    patientName: personNameOf(match, tags.PatientName),
    patientId: stringOf(match, tags.PatientID),
    date: stringOf(match, tags.StudyDate),
    description: stringOf(match, tags.StudyDescription),
    modalities: valuesOf(match, tags.ModalitiesInStudy).filter((value) => typeof value === 'string'),
    series: numberOf(match, tags.NumberOfStudyRelatedSeries) ?? 0,
    images: numberOf(match, tags.NumberOfStudyRelatedInstances) ?? 0,
  }
}

function personNameOf(match: Dataset, tag: Tag): PersonName {
  const value = valuesOf(match, tag)[0]
  // The value of a PN is a name (PS3.18 §F.2.2); other objects have none of its members.
  return typeof value === 'object' && value !== null ? (value as PersonName) : {}
}
