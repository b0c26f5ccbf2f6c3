import { sopClasses } from '@sansfilm/dicom'
import type { Values } from './attributes.ts'
import { planImage } from './image.ts'
import type { InstancePlan } from './made-instance.ts'
import { noise12 } from './noise.ts'
import { patientAndStudy } from './patient.ts'
import { nextUid } from './uids.ts'

/** A CT of slices of 512 x 512 with some eighty attributes each, as scanners write them. */
export function planCt(slices: number): readonly InstancePlan[] {
  const [study, series, frameOfReference] = [nextUid(), nextUid(), nextUid()]
  return Array.from({ length: slices }, (_, n) =>
    planImage({
      sopClass: sopClasses.CTImageStorage,
      study,
      series,
      rows: 512,
      columns: 512,
      frames: 1,
      bitsAllocated: 16,
      frame: () => noise12(512 * 512 * 2, n),
      values: { ...patientAndStudy('CT', 'CT of the bench', 'CT'), ...ctSlice(n, frameOfReference) },
    }),
  )
}

/** What a CT slice says of its geometry and acquisition. */
export function ctSlice(n: number, frameOfReference: string): Values {
  return {
    ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
    InstanceCreationDate: '20240102',
    InstanceCreationTime: '101501.250',
    AcquisitionDate: '20240102',
    ContentDate: '20240102',
    AcquisitionTime: `1015${String(n % 60).padStart(2, '0')}.125`,
    ContentTime: `1016${String(n % 60).padStart(2, '0')}.125`,
    InstitutionalDepartmentName: 'Radiology',
    PhysiciansOfRecord: 'Record^Keeper',
    PerformingPhysicianName: 'Performing^Doctor',
    OperatorsName: 'Operating^Person',
    PatientAge: '054Y',
    PatientSize: 1.75,
    PatientWeight: 72,
    BodyPartExamined: 'CHEST',
    ScanOptions: 'HELICAL MODE',
    SliceThickness: 1.25,
    KVP: 120,
    DataCollectionDiameter: 500,
    SoftwareVersions: 'bench 1.0',
    ProtocolName: 'Chest routine',
    ReconstructionDiameter: 360,
    DistanceSourceToDetector: 949.075,
    DistanceSourceToPatient: 541,
    GantryDetectorTilt: 0,
    TableHeight: 151.5,
    RotationDirection: 'CW',
    ExposureTime: 500,
    XRayTubeCurrent: 200 + (n % 50),
    Exposure: 100,
    FilterType: 'BODY FILTER',
    GeneratorPower: 24000,
    FocalSpots: 1.2,
    ConvolutionKernel: 'STANDARD',
    PatientPosition: 'FFS',
    SingleCollimationWidth: 0.625,
    TotalCollimationWidth: 40,
    TableSpeed: 78.75,
    TableFeedPerRotation: 39.375,
    SpiralPitchFactor: 0.984375,
    CTDIvol: 7.93,
    AcquisitionNumber: 1,
    InstanceNumber: n + 1,
    ImagePositionPatient: [-180, -180, Math.round(-400 + n * 125) / 100],
    ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
    FrameOfReferenceUID: frameOfReference,
    PositionReferenceIndicator: 'SN',
    SliceLocation: n * 1.25,
    PixelSpacing: [0.703125, 0.703125],
    WindowCenter: [40, -600],
    WindowWidth: [400, 1500],
    WindowCenterWidthExplanation: ['MEDIASTINUM', 'LUNG'],
    RescaleIntercept: -1024,
    RescaleSlope: 1,
    RescaleType: 'HU',
    PerformedProcedureStepStartDate: '20240102',
    PerformedProcedureStepStartTime: '101112',
    PerformedProcedureStepID: 'PPS1',
    PerformedProcedureStepDescription: 'CT chest',
    RequestedProcedureID: 'RP1',
  }
}
