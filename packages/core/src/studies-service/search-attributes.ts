import { type Keyword, type Tag, tags } from '@sansfilm/dicom'
import type { ExtraAttributes, Level } from '../adapters/index.ts'
import { withPrivateCreator } from './private-tags.ts'

/**
 * When a search of the level returns the attribute:
 * - `always`: present even where it has no value (types R and U)
 * - `known`: where it has a value ("shall be present if known")
 * - `asked`: where `includefield` or a key names it
 */
export type Returned = 'always' | 'known' | 'asked'

/** One attribute that Search matches and returns. */
export interface SearchAttribute {
  readonly tag: Tag
  readonly level: Level
  readonly returned: Returned
  /** Whether it is a key. */
  readonly matched: boolean
  /** What the archive knows rather than an instance: not kept but counted. */
  readonly derived: boolean
  /** "It shall not be sent with a zero-length value" (PS3.4 §C.4.1.1.3.2): absent where it is asked for but unknown. */
  readonly neverEmpty: boolean
}

type Note = 'unmatched' | 'derived' | 'never empty'

type Rows = Readonly<Partial<Record<Keyword, readonly [returned: Returned, ...notes: Note[]]>>>

/** PS3.18 Tables 10.6.1-5 and 10.6.3-3; the optional keys of PS3.4 §C.6.1.1.2 and §C.6.2.1.2; what viewers list. */
const study: Rows = {
  StudyDate: ['always'],
  StudyTime: ['always'],
  AccessionNumber: ['always'],
  IssuerOfAccessionNumberSequence: ['asked'],
  InstanceAvailability: ['known', 'unmatched', 'derived'],
  ModalitiesInStudy: ['always', 'derived'],
  ReferringPhysicianName: ['always'],
  // Not matched: in a request it says how to read the other keys' times (PS3.18 §8.3.4.1.1).
  TimezoneOffsetFromUTC: ['known', 'unmatched', 'never empty'],
  StudyDescription: ['known'],
  ProcedureCodeSequence: ['asked'],
  PhysiciansOfRecord: ['asked'],
  NameOfPhysiciansReadingStudy: ['asked'],
  AdmittingDiagnosesDescription: ['asked'],
  RetrieveURL: ['always', 'unmatched', 'derived'],
  PatientName: ['always'],
  PatientID: ['always'],
  IssuerOfPatientID: ['known'],
  IssuerOfPatientIDQualifiersSequence: ['asked'],
  PatientBirthDate: ['always'],
  PatientBirthTime: ['asked'],
  PatientSex: ['always'],
  OtherPatientNames: ['asked'],
  OtherPatientIDsSequence: ['asked'],
  PatientAge: ['asked'],
  PatientSize: ['asked'],
  PatientWeight: ['asked'],
  EthnicGroup: ['asked'],
  Occupation: ['asked'],
  AdditionalPatientHistory: ['asked'],
  PatientComments: ['asked'],
  PatientSpeciesDescription: ['asked'],
  PatientBreedDescription: ['asked'],
  ResponsiblePerson: ['asked'],
  PatientIdentityRemoved: ['asked'],
  ClinicalTrialProtocolID: ['asked'],
  ClinicalTrialSubjectID: ['asked'],
  StudyInstanceUID: ['always'],
  StudyID: ['always'],
  NumberOfStudyRelatedSeries: ['always', 'derived'],
  NumberOfStudyRelatedInstances: ['always', 'derived'],
}

/** PS3.18 Tables 10.6.1-5 and 10.6.3-4; the optional keys of PS3.4 §C.6.1.1.4; what viewers list. */
const series: Rows = {
  Modality: ['always'],
  TimezoneOffsetFromUTC: ['known', 'unmatched', 'never empty'],
  SeriesDescription: ['known'],
  SeriesDescriptionCodeSequence: ['asked'],
  InstanceAvailability: ['known', 'unmatched', 'derived'],
  RetrieveURL: ['always', 'unmatched', 'derived'],
  SeriesInstanceUID: ['always'],
  SeriesNumber: ['always'],
  SeriesDate: ['known'],
  SeriesTime: ['known'],
  BodyPartExamined: ['known'],
  Laterality: ['known'],
  ProtocolName: ['asked'],
  PatientPosition: ['asked'],
  FrameOfReferenceUID: ['asked'],
  Manufacturer: ['asked'],
  ManufacturerModelName: ['asked'],
  DeviceSerialNumber: ['asked'],
  StationName: ['asked'],
  InstitutionName: ['asked'],
  InstitutionalDepartmentName: ['asked'],
  PerformingPhysicianName: ['asked'],
  OperatorsName: ['asked'],
  NumberOfSeriesRelatedInstances: ['always', 'derived'],
  PerformedProcedureStepStartDate: ['known'],
  PerformedProcedureStepStartTime: ['known'],
  PerformedProcedureStepID: ['asked'],
  PerformedProcedureStepDescription: ['asked'],
  RequestAttributesSequence: ['known'],
}

/** PS3.18 Tables 10.6.1-5 and 10.6.3-5; the optional keys of PS3.4 §C.6.1.1.5; what viewers list. */
const instance: Rows = {
  SOPClassUID: ['always'],
  SOPInstanceUID: ['always'],
  InstanceAvailability: ['known', 'unmatched', 'derived'],
  TimezoneOffsetFromUTC: ['known', 'unmatched', 'never empty'],
  RetrieveURL: ['always', 'unmatched', 'derived'],
  AvailableTransferSyntaxUID: ['known', 'derived'],
  InstanceNumber: ['always'],
  Rows: ['known'],
  Columns: ['known'],
  BitsAllocated: ['known'],
  NumberOfFrames: ['known'],
  ImageType: ['asked'],
  AcquisitionNumber: ['asked'],
  AcquisitionDate: ['asked'],
  AcquisitionTime: ['asked'],
  AcquisitionDateTime: ['asked'],
  ContentDate: ['asked'],
  ContentTime: ['asked'],
  InstanceCreationDate: ['asked'],
  InstanceCreationTime: ['asked'],
  PhotometricInterpretation: ['asked'],
  ContainerIdentifier: ['asked'],
  ConceptNameCodeSequence: ['asked'],
  DocumentTitle: ['asked'],
  CompletionFlag: ['asked'],
  VerificationFlag: ['asked'],
  ContentLabel: ['asked'],
  ContentDescription: ['asked'],
}

/** Every attribute that Search knows without configuration. The conformance statement lists these rows. */
export const searchAttributes: readonly SearchAttribute[] = [
  ...rowsOf('study', study),
  ...rowsOf('series', series),
  ...rowsOf('instance', instance),
]

/** Those of one level. */
export const searchAttributesOf: Readonly<Record<Level, readonly SearchAttribute[]>> = {
  study: searchAttributes.filter(({ level }) => level === 'study'),
  series: searchAttributes.filter(({ level }) => level === 'series'),
  instance: searchAttributes.filter(({ level }) => level === 'instance'),
}

/** Of each item of a sequence these are returned always: the rows marked `>` with type R in PS3.18 Table 10.6.3-4. */
export const requiredInItems: Readonly<Record<Tag, readonly Tag[]>> = {
  [tags.RequestAttributesSequence]: [tags.ScheduledProcedureStepID, tags.RequestedProcedureID],
}

/** The levels at which a tag can be a key: configured attributes, and the creators of private ones, included. */
export function searchableLevels(tag: Tag, extra: ExtraAttributes): readonly Level[] {
  return (['study', 'series', 'instance'] as const).filter(
    (level) =>
      searchAttributesOf[level].some((row) => row.tag === tag && row.matched) ||
      extra[level].some(([first]) => first !== undefined && withPrivateCreator(first).includes(tag)),
  )
}

function rowsOf(level: Level, rows: Rows): SearchAttribute[] {
  return Object.entries(rows).map(([keyword, [returned, ...notes]]) => ({
    tag: tags[keyword as Keyword], // Object.entries forgets the key type
    level,
    returned,
    matched: !notes.includes('unmatched'),
    derived: notes.includes('derived'),
    neverEmpty: notes.includes('never empty'),
  }))
}
