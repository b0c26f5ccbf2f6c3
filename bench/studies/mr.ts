import { sopClasses } from '@sansfilm/dicom'
import { planImage } from './image.ts'
import type { InstancePlan } from './made-instance.ts'
import { patientAndStudy } from './patient.ts'
import { nextUid } from './uids.ts'

/** An MR of many small instances, 256 x 256, in one study; a series has at most so many. */
export function planMr(instances: number, perSeries: number): readonly InstancePlan[] {
  const [study, frameOfReference] = [nextUid(), nextUid()]
  let series = ''
  return Array.from({ length: instances }, (_, n) => {
    if (n % perSeries === 0) series = nextUid()
    const inSeries = n % perSeries
    return planImage({
      sopClass: sopClasses.MRImageStorage,
      study,
      series,
      rows: 256,
      columns: 256,
      frames: 1,
      bitsAllocated: 16,
      values: {
        ...patientAndStudy('MR', 'MR of the bench', 'MR'),
        SeriesNumber: Math.floor(n / perSeries) + 1,
        InstanceNumber: inSeries + 1,
        ImageType: ['ORIGINAL', 'PRIMARY', 'M', 'ND'],
        ScanningSequence: 'GR',
        SequenceVariant: ['SP', 'OSP'],
        ScanOptions: 'FS',
        MRAcquisitionType: '3D',
        SliceThickness: 1,
        RepetitionTime: 2300,
        EchoTime: 2.98,
        MagneticFieldStrength: 3,
        FlipAngle: 9,
        PatientPosition: 'HFS',
        AcquisitionNumber: Math.floor(inSeries / 50) + 1,
        TemporalPositionIdentifier: Math.floor(inSeries / 50) + 1,
        ImagePositionPatient: [-120, -120, inSeries % 50],
        ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
        FrameOfReferenceUID: frameOfReference,
        PixelSpacing: [0.9375, 0.9375],
        WindowCenter: 600,
        WindowWidth: 1200,
      },
    })
  })
}
