import { tags } from '../dictionary/dictionary.ts'
import type { InstanceRecordType } from '../sop-class.ts'
import type { Tag } from '../tag.ts'

/** Types of record that a directory of patients' instances has. `PRIVATE` is for instances that no other type fits. */
export type RecordType = 'PATIENT' | 'STUDY' | 'SERIES' | 'PRIVATE' | InstanceRecordType

/** Attributes that a record takes from its instance: always, or where the instance has them. */
export interface RecordKeys {
  /** Types 1 and 2: empty where the instance has none. */
  readonly always: readonly Tag[]
  readonly present: readonly Tag[]
}

const t = tags

/** Instance Number, Content Date and Time: what most records have. */
const content = [t.InstanceNumber, t.ContentDate, t.ContentTime]

/** @see PS3.3 §F.5 */
export const recordKeys: { readonly [K in RecordType]: RecordKeys } = {
  PATIENT: {
    always: [t.PatientID, t.PatientName],
    present: [t.IssuerOfPatientID, t.PatientBirthDate, t.PatientSex],
  },
  STUDY: {
    always: [t.StudyDate, t.StudyTime, t.StudyDescription, t.StudyInstanceUID, t.StudyID, t.AccessionNumber],
    present: [],
  },
  SERIES: {
    always: [t.Modality, t.SeriesInstanceUID, t.SeriesNumber],
    present: [t.SeriesDescription, t.BodyPartExamined],
  },
  IMAGE: { always: [t.InstanceNumber], present: [t.ImageType, t.Rows, t.Columns, t.NumberOfFrames] },
  'RT DOSE': { always: [t.InstanceNumber, t.DoseSummationType], present: [t.DoseComment] },
  'RT STRUCTURE SET': {
    always: [t.InstanceNumber, t.StructureSetLabel, t.StructureSetDate, t.StructureSetTime],
    present: [],
  },
  'RT PLAN': { always: [t.InstanceNumber, t.RTPlanLabel, t.RTPlanDate, t.RTPlanTime], present: [] },
  'RT TREAT RECORD': { always: [t.InstanceNumber, t.TreatmentDate, t.TreatmentTime], present: [] },
  PRESENTATION: {
    always: [
      t.PresentationCreationDate,
      t.PresentationCreationTime,
      t.InstanceNumber,
      t.ContentLabel,
      t.ContentDescription,
      t.ContentCreatorName,
    ],
    present: [t.ReferencedSeriesSequence, t.BlendingSequence],
  },
  WAVEFORM: { always: content, present: [] },
  'SR DOCUMENT': {
    always: [...content, t.CompletionFlag, t.VerificationFlag, t.ConceptNameCodeSequence],
    present: [t.VerificationDateTime, t.ContentSequence],
  },
  'KEY OBJECT DOC': { always: [...content, t.ConceptNameCodeSequence], present: [t.ContentSequence] },
  SPECTROSCOPY: {
    always: [t.ImageType, ...content, t.NumberOfFrames, t.Rows, t.Columns, t.DataPointRows, t.DataPointColumns],
    present: [],
  },
  'RAW DATA': { always: content, present: [] },
  REGISTRATION: { always: [...content, t.ContentLabel, t.ContentDescription, t.ContentCreatorName], present: [] },
  FIDUCIAL: { always: [...content, t.ContentLabel, t.ContentDescription, t.ContentCreatorName], present: [] },
  'ENCAP DOC': {
    always: [...content, t.DocumentTitle, t.MIMETypeOfEncapsulatedDocument],
    present: [t.HL7InstanceIdentifier, t.ConceptNameCodeSequence],
  },
  'VALUE MAP': { always: [...content, t.ContentLabel, t.ContentDescription, t.ContentCreatorName], present: [] },
  STEREOMETRIC: { always: [], present: [] },
  PLAN: { always: [], present: content },
  MEASUREMENT: { always: content, present: [] },
  SURFACE: { always: content, present: [t.ContentLabel] },
  'SURFACE SCAN': { always: [t.ContentDate, t.ContentTime], present: [t.InstanceNumber] },
  TRACT: { always: [t.ContentDate, t.ContentTime], present: [t.InstanceNumber, t.ContentLabel] },
  ASSESSMENT: { always: content, present: [] },
  RADIOTHERAPY: { always: [t.InstanceNumber], present: [t.UserContentLabel, t.UserContentLongLabel] },
  ANNOTATION: { always: content, present: [t.ContentLabel] },
  PRIVATE: { always: [], present: [t.InstanceNumber] },
}
